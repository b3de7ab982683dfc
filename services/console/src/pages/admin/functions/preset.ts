import { Access, Duty, GrantScope } from "../../../api/me";
import { type Department, DepartmentState } from "../../../gen/baton/directory/v1/department_pb";
import type { Grant } from "../../../gen/baton/directory/v1/grant_pb";
import { type Grantee, grantsOf, reaches } from "../grants";

/** The departments of a firm that is divided by them, in the order of the chain. Their names are texts of the console. */
export const DEPARTMENTS = ["marketing", "callCentre", "sales", "commerce", "service"] as const;
export type DepartmentKey = (typeof DEPARTMENTS)[number];

/** To whom something is granted: one of the departments, or a role. */
export type To = { department: DepartmentKey } | { role: string };

/** A function that is granted. */
export interface Wanted {
  to: To;
  duty: Duty;
  access: Access;
  scope: GrantScope;
}

const { READ, WRITE } = Access;
const { OWN, TERRITORY, ALL } = GrantScope;
const MANAGER = "sales_manager";

const row = (to: To, duty: Duty, access: Access, scope: GrantScope): Wanted => ({ to, duty, access, scope });
const of = (department: DepartmentKey): To => ({ department });
const manager: To = { role: MANAGER };

/** What such departments usually carry out. Who manages a region is known by his role: he may be in any of them. */
export const PRESET: readonly Wanted[] = [
  row(of("marketing"), Duty.MARKETING, WRITE, ALL),
  row(of("marketing"), Duty.CUSTOMER, READ, ALL),
  // Who plans a campaign sets its budget.
  row(of("marketing"), Duty.COST, READ, OWN),
  row(of("callCentre"), Duty.CUSTOMER, WRITE, ALL),
  row(of("callCentre"), Duty.MARKETING, WRITE, OWN),
  row(of("callCentre"), Duty.PERSONAL_DATA, READ, ALL),
  row(of("sales"), Duty.SALES, WRITE, OWN),
  row(of("sales"), Duty.CUSTOMER, WRITE, OWN),
  row(of("sales"), Duty.PERSONAL_DATA, READ, OWN),
  row(of("sales"), Duty.COST, READ, OWN),
  row(manager, Duty.ROUTING, WRITE, TERRITORY),
  row(manager, Duty.SALES, WRITE, TERRITORY),
  row(manager, Duty.CUSTOMER, WRITE, TERRITORY),
  // What a salesperson sees of his own, his manager sees in the region.
  row(manager, Duty.PERSONAL_DATA, READ, TERRITORY),
  row(manager, Duty.COST, READ, TERRITORY),
  row(of("commerce"), Duty.COMMERCE, WRITE, ALL),
  row(of("commerce"), Duty.CUSTOMER, READ, ALL),
  row(of("service"), Duty.CUSTOMER, WRITE, ALL),
  row(of("service"), Duty.PERSONAL_DATA, READ, ALL),
];

/** A department of the preset: the one that is there by its name, or one to create. */
export interface DepartmentStep {
  department: DepartmentKey;
  name: string;
  /** Id of the one that is there. */
  id?: string;
}

/** A grant of the preset, and whether as much or more is granted already. */
export interface GrantStep extends Wanted {
  isThere: boolean;
}

/** Who is meant, once departments have ids; undefined for a department that is still to be created. */
export function granteeOf(to: To, idOf: (department: DepartmentKey) => string | undefined): Grantee | undefined {
  if ("role" in to) return { case: "role", value: to.role };
  const id = idOf(to.department);
  return id ? { case: "departmentId", value: id } : undefined;
}

const isSameName = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** What there is of the preset and what is missing, by what the departments are called. */
export function planOf(names: Record<DepartmentKey, string>, departments: Department[], grants: Grant[]) {
  const active = departments.filter((d) => d.state === DepartmentState.ACTIVE);
  const steps = DEPARTMENTS.map(
    (department): DepartmentStep => ({
      department,
      name: names[department],
      id: active.find((d) => isSameName(d.name, names[department]))?.id,
    }),
  );
  const idOf = (department: DepartmentKey) => steps.find((step) => step.department === department)?.id;
  const isThere = ({ to, duty, access, scope }: Wanted) => {
    const grantee = granteeOf(to, idOf);
    const his = grantee ? grantsOf(grants, grantee) : [];
    return his.some((g) => g.function === duty && g.access >= access && reaches(g.scope, scope));
  };
  return { departments: steps, grants: PRESET.map((wanted): GrantStep => ({ ...wanted, isThere: isThere(wanted) })) };
}

/** A step by a name of its own. */
export const stepKey = (step: DepartmentStep | Wanted): string =>
  "to" in step
    ? `${"role" in step.to ? step.to.role : step.to.department} ${step.duty}`
    : `department ${step.department}`;
