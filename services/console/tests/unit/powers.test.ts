import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import {
  Access,
  Function as Duty,
  type Grant,
  GrantSchema,
  GrantScope,
} from "../../src/gen/baton/directory/v1/grant_pb";
import { powersOf } from "../../src/pages/admin/grants";

const grant = (to: Grant["grantee"], access: Access, scope: GrantScope) =>
  create(GrantSchema, { function: Duty.SALES, access, scope, grantee: to });

const seller = { case: "role" as const, value: "salesperson" };
const office = { case: "departmentId" as const, value: "d" };
const member = { roles: ["salesperson"], departmentId: "d" };

test("of each function the widest to change counts, and the widest to read where that is wider", () => {
  const own = grant(seller, Access.WRITE, GrantScope.OWN);
  const all = grant(office, Access.READ, GrantScope.ALL);
  expect(powersOf(member, [own, all])).toEqual([
    { duty: Duty.SALES, access: Access.WRITE, scope: GrantScope.OWN, by: [own] },
    { duty: Duty.SALES, access: Access.READ, scope: GrantScope.ALL, by: [all] },
  ]);
});

test("to change includes to read, and what others are granted does not count", () => {
  const own = grant(seller, Access.READ, GrantScope.OWN);
  const whole = grant(office, Access.WRITE, GrantScope.ALL);
  const other = grant({ case: "role", value: "boss" }, Access.WRITE, GrantScope.ALL);
  expect(powersOf(member, [own, whole, other])).toEqual([
    { duty: Duty.SALES, access: Access.WRITE, scope: GrantScope.ALL, by: [whole] },
  ]);
});

test("a team reaches farther than oneself and less far than a territory, whatever their numbers are", () => {
  const reached = (...scopes: GrantScope[]) =>
    powersOf(
      member,
      scopes.map((scope) => grant(seller, Access.WRITE, scope)),
    ).map((p) => p.scope);
  expect(reached(GrantScope.OWN, GrantScope.TEAM)).toEqual([GrantScope.TEAM]);
  expect(reached(GrantScope.TEAM, GrantScope.TERRITORY)).toEqual([GrantScope.TERRITORY]);
  expect(reached(GrantScope.ALL, GrantScope.TEAM)).toEqual([GrantScope.ALL]);
});
