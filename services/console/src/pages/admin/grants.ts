import { useRead } from "../../api/calls";
import { Access, Duty, GrantScope } from "../../api/me";
import { type Grant, GrantState } from "../../gen/baton/directory/v1/grant_pb";
import { GrantService } from "../../gen/baton/directory/v1/grant_service_pb";

/** The most grants that are shown; a firm has some dozens. */
const GRANTS_MAX = 500;

/** Who carries functions out: a role, or a department. */
export interface Grantee {
  case: "role" | "departmentId";
  value: string;
}

/** All functions, in the order of the chain. */
export const DUTIES = [
  Duty.MARKETING,
  Duty.ROUTING,
  Duty.SALES,
  Duty.COMMERCE,
  Duty.CUSTOMER,
  Duty.ANALYSIS,
  Duty.IMPORT,
  Duty.EXPORT,
  Duty.ADMINISTRATION,
  Duty.PERSONAL_DATA,
  Duty.COST,
] as const;

/** Functions that are not about records which somebody owns: they are granted on all, or not at all. */
export const WHOLE = [Duty.ADMINISTRATION, Duty.IMPORT];

/** How far grants reach, each wider than the one before; the numbers of the contract are in no such order. */
const REACHES = [GrantScope.OWN, GrantScope.TEAM, GrantScope.TERRITORY, GrantScope.ALL];

/** Whether the one reaches at least as far as the other. */
export const reaches = (one: GrantScope, other: GrantScope) => rank(one) >= rank(other);

/** What reaches nowhere comes before all. */
const rank = (scope: GrantScope) => REACHES.indexOf(scope);

/** The grants that hold. */
export function useGrants() {
  const asked = { state: GrantState.ACTIVE, pageSize: GRANTS_MAX };
  const query = useRead(GrantService.method.listGrants, asked);
  return { ...query, grants: query.data?.grants ?? [] };
}

/** The grants of one grantee. */
export const grantsOf = (grants: Grant[], grantee: Grantee) =>
  grants.filter((g) => g.grantee.case === grantee.case && g.grantee.value === grantee.value);

/** The roles that somebody was granted something as: a member can have no other. */
export const rolesOf = (grants: Grant[]) =>
  [...new Set(grants.flatMap((g) => (g.grantee.case === "role" ? [g.grantee.value] : [])))].sort();

/** What somebody may do: how, on whose records, and by which grants. */
export interface Power {
  duty: Duty;
  access: Access;
  scope: GrantScope;
  by: Grant[];
}

/**
 * What grants come to for a member, as the directory reckons it: of each function the widest to change, and the widest to
 * read where that is wider.
 */
export function powersOf(member: { roles: string[]; departmentId: string }, grants: Grant[]): Power[] {
  const his = grants.filter((g) =>
    g.grantee.case === "role" ? member.roles.includes(g.grantee.value) : g.grantee.value === member.departmentId,
  );
  return DUTIES.flatMap((duty) => {
    const of = his.filter((g) => g.function === duty);
    const write = widest(of.filter((g) => g.access === Access.WRITE));
    const read = widest(of);
    const power = (access: Access, scope: GrantScope): Power => ({
      duty,
      access,
      scope,
      by: of.filter((g) => g.access >= access && g.scope === scope),
    });
    return [
      ...(write ? [power(Access.WRITE, write)] : []),
      ...(read && !reaches(write, read) ? [power(Access.READ, read)] : []),
    ];
  });
}

const widest = (grants: Grant[]): GrantScope =>
  grants.reduce<GrantScope>((scope, g) => (reaches(scope, g.scope) ? scope : g.scope), GrantScope.UNSPECIFIED);
