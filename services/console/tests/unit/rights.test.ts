import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { isMasked, seenOf } from "../../src/api/mask";
import {
  Access,
  Function as Duty,
  type Grant,
  GrantSchema,
  GrantScope,
} from "../../src/gen/baton/directory/v1/grant_pb";
import { TeamSchema, TeamState } from "../../src/gen/baton/directory/v1/team_pb";
import { TerritorySchema } from "../../src/gen/baton/directory/v1/territory_pb";
import { DUTIES } from "../../src/pages/admin/grants";
import { choiceOf, differences, rightsIf, rightsOf, sightOf } from "../../src/pages/admin/rights";

const grant = (to: Grant["grantee"], duty: Duty, access: Access, scope: GrantScope) =>
  create(GrantSchema, { function: duty, access, scope, grantee: to });
const role = (value: string) => ({ case: "role" as const, value });
const team = (id: string, memberIds: string[], state = TeamState.ACTIVE) =>
  create(TeamSchema, { id, name: id, memberIds, state });
const territory = (id: string, parentId: string, managerId = "") =>
  create(TerritorySchema, { id, name: id, parentId, managerId });

const li = { id: "li", roles: ["seller"], departmentId: "" };
const teams = [
  team("north", ["li", "han"]),
  team("pumps", ["li", "han", "wu"]),
  team("old", ["li", "zhou"], TeamState.ARCHIVED),
];
const territories = [
  territory("world", ""),
  territory("asia", "world", "li"),
  territory("china", "asia"),
  territory("harbour", "china"),
  territory("europe", "world", "wu"),
];

test("each function of the contract is shown once", () => {
  const all = Object.values(Duty).filter((duty) => typeof duty === "number" && duty !== Duty.UNSPECIFIED);
  expect([...DUTIES].sort((a, b) => a - b)).toEqual(all);
});

test("each reach holds those before it: own, team, territory with all below, all", () => {
  const reachedBy = (scope: GrantScope) => {
    const grants = [grant(role("seller"), Duty.SALES, Access.WRITE, scope)];
    const [right] = rightsOf(li, { grants, teams, territories });
    return [right?.scope, right?.mates, right?.territories];
  };
  const all = ["asia", "china", "harbour"];
  expect(reachedBy(GrantScope.OWN)).toEqual([GrantScope.OWN, [], []]);
  expect(reachedBy(GrantScope.TEAM)).toEqual([GrantScope.TEAM, ["han", "wu"], []]);
  expect(reachedBy(GrantScope.TERRITORY)).toEqual([GrantScope.TERRITORY, ["han", "wu"], all]);
  expect(reachedBy(GrantScope.ALL)).toEqual([GrantScope.ALL, [], []]);
});

test("a choice is tried without being so: what is gained, lost and changed by it", () => {
  const grants = [
    grant(role("seller"), Duty.SALES, Access.WRITE, GrantScope.TEAM),
    grant(role("seller"), Duty.COST, Access.READ, GrantScope.OWN),
    grant(role("seller"), Duty.CUSTOMER, Access.READ, GrantScope.ALL),
    grant(role("manager"), Duty.SALES, Access.WRITE, GrantScope.TERRITORY),
    grant(role("manager"), Duty.ROUTING, Access.WRITE, GrantScope.TERRITORY),
    grant({ case: "departmentId", value: "d" }, Duty.CUSTOMER, Access.READ, GrantScope.ALL),
  ];
  const firm = { grants, teams, territories };
  const now = choiceOf(li, firm);
  expect(now).toEqual({ roles: ["seller"], departmentId: "", teamIds: ["north", "pumps"], managedIds: ["asia"] });
  expect(rightsIf(li, firm, now)).toEqual(rightsOf(li, firm));
  const then = rightsIf(li, firm, {
    roles: ["manager"],
    departmentId: "d",
    teamIds: ["north"],
    managedIds: ["europe"],
  });
  const told = differences(rightsOf(li, firm), then).map(({ duty, how }) => [duty, how]);
  expect(Object.fromEntries(told)).toEqual({
    [Duty.SALES]: "changed",
    [Duty.CUSTOMER]: "same",
    [Duty.COST]: "lost",
    [Duty.ROUTING]: "gained",
  });
  const selling = then.find((r) => r.duty === Duty.SALES);
  expect([selling?.mates, selling?.territories]).toEqual([["han"], ["europe"]]);
});

test("fields for fewer people are seen as far as the widest right to them", () => {
  const grants = [
    grant(role("seller"), Duty.PERSONAL_DATA, Access.WRITE, GrantScope.OWN),
    grant(role("seller"), Duty.PERSONAL_DATA, Access.READ, GrantScope.TEAM),
  ];
  const rights = rightsOf(li, { grants, teams, territories });
  expect(sightOf(rights, Duty.PERSONAL_DATA)?.scope).toBe(GrantScope.TEAM);
  expect(sightOf(rights, Duty.COST)).toBeUndefined();
});

test("what a reader sees masked is left out of what he says", () => {
  const contact = { maskedFields: ["phone", "wechat"] };
  expect(isMasked(contact, "phone")).toBe(true);
  expect(seenOf(contact, { name: "Zhang", phone: "+86138****5678", wechat: "z***" })).toEqual({ name: "Zhang" });
  expect(seenOf({ maskedFields: [] }, { phone: "1" })).toEqual({ phone: "1" });
});
