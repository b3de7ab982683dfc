import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DepartmentSchema, DepartmentState } from "../../src/gen/baton/directory/v1/department_pb";
import { Access, Function as Duty, GrantSchema, GrantScope } from "../../src/gen/baton/directory/v1/grant_pb";
import en from "../../src/i18n/en";
import { DEPARTMENTS, PRESET, planOf, stepKey } from "../../src/pages/admin/functions/preset";
import { WHOLE } from "../../src/pages/admin/grants";

const names = en.admin.preset.name;
const department = (id: string, name: string, state = DepartmentState.ACTIVE) =>
  create(DepartmentSchema, { id, name, state });

test("every department carries something out, each row is there once, and none asks for what cannot be granted", () => {
  const to = new Set(PRESET.map(({ to }) => ("role" in to ? to.role : to.department)));
  expect([...to].sort()).toEqual([...DEPARTMENTS, "sales_manager"].sort());
  expect(new Set(PRESET.map(stepKey)).size).toBe(PRESET.length);
  expect(PRESET.filter(({ duty }) => WHOLE.some((whole) => whole === duty))).toEqual([]);
});

test("a firm without departments gets all of it; one that is there by name is used, an archived one is not", () => {
  const empty = planOf(names, [], []);
  expect(empty.departments.every((d) => d.id === undefined)).toBe(true);
  expect(empty.grants.some((g) => g.isThere)).toBe(false);
  const some = planOf(names, [department("s", " sales"), department("m", "Marketing", DepartmentState.ARCHIVED)], []);
  expect(some.departments.flatMap((d) => (d.id ? [[d.department, d.id]] : []))).toEqual([["sales", "s"]]);
});

test("what is granted as far or farther is skipped, less is not", () => {
  const grants = [
    [Duty.SALES, Access.WRITE, GrantScope.TEAM],
    [Duty.CUSTOMER, Access.READ, GrantScope.ALL],
    [Duty.COST, Access.WRITE, GrantScope.OWN],
  ] as const;
  const his = grants.map(([duty, access, scope]) =>
    create(GrantSchema, { function: duty, access, scope, grantee: { case: "departmentId", value: "s" } }),
  );
  const managers = create(GrantSchema, {
    function: Duty.ROUTING,
    access: Access.WRITE,
    scope: GrantScope.TERRITORY,
    grantee: { case: "role", value: "sales_manager" },
  });
  const plan = planOf(names, [department("s", "Sales")], [...his, managers]);
  expect(plan.grants.filter((g) => g.isThere).map(stepKey)).toEqual([
    `sales ${Duty.SALES}`,
    `sales ${Duty.COST}`,
    `sales_manager ${Duty.ROUTING}`,
  ]);
});
