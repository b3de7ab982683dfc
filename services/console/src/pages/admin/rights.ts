import { type Duty, GrantScope } from "../../api/me";
import { useTeams, useTerritories } from "../../api/names";
import type { Grant } from "../../gen/baton/directory/v1/grant_pb";
import { type Team, TeamState } from "../../gen/baton/directory/v1/team_pb";
import type { Territory } from "../../gen/baton/directory/v1/territory_pb";
import { type Power, powersOf, reaches, useGrants } from "./grants";
import { inTreeOrder } from "./territories/tree";

/** What of a member his rights depend on. */
export interface Person {
  id: string;
  roles: string[];
  departmentId: string;
}

/** What of the firm they depend on. */
export interface Firm {
  grants: Grant[];
  teams: Team[];
  territories: Territory[];
}

/** What somebody may do, with the names behind how far that reaches. */
export interface Right extends Power {
  /** Whose records besides his own; none where his reach is narrower, or all. */
  mates: string[];
  /** In which territories; the same. */
  territories: string[];
}

/** The teams in use that somebody is in. */
export const teamsOf = (id: string, teams: Team[]) =>
  teams.filter((team) => team.state === TeamState.ACTIVE && team.memberIds.includes(id));

/** All others who are in a team with somebody, each once. */
export const matesOf = (id: string, teams: Team[]) =>
  [...new Set(teamsOf(id, teams).flatMap((team) => team.memberIds))].filter((mate) => mate !== id).sort();

/** The territories that somebody manages himself. */
export const managedBy = (id: string, territories: Territory[]) => territories.filter((t) => t.managerId === id);

/** Those with all below them, in the order of the tree. */
export function withAllBelow(top: Territory[], territories: Territory[]): Territory[] {
  const within = new Set(top.map((t) => t.id));
  // In the order of the tree what is above comes first.
  return inTreeOrder(territories)
    .map(({ territory }) => territory)
    .filter(({ id, parentId }) => {
      if (within.has(parentId)) within.add(id);
      return within.has(id);
    });
}

/** What somebody may do and on whose records, as every service reckons it: each reach holds those before it. */
export function rightsOf(person: Person, { grants, teams, territories }: Firm): Right[] {
  const mates = matesOf(person.id, teams);
  const managed = withAllBelow(managedBy(person.id, territories), territories).map((t) => t.id);
  return powersOf(person, grants).map((power) => {
    const isAll = power.scope === GrantScope.ALL;
    return {
      ...power,
      mates: !isAll && reaches(power.scope, GrantScope.TEAM) ? mates : [],
      territories: !isAll && reaches(power.scope, GrantScope.TERRITORY) ? managed : [],
    };
  });
}

/** The right by which somebody sees fields that are for fewer people; undefined where he sees them nowhere. */
export const sightOf = (rights: Right[], duty: Duty) =>
  rights
    .filter((r) => r.duty === duty)
    .reduce<Right | undefined>((widest, r) => (widest && reaches(widest.scope, r.scope) ? widest : r), undefined);

/** What may be chosen of a member that his rights depend on. */
export interface Choice {
  roles: string[];
  departmentId: string;
  teamIds: string[];
  managedIds: string[];
}

/** What is so now. */
export const choiceOf = (person: Person, { teams, territories }: Firm): Choice => ({
  roles: person.roles,
  departmentId: person.departmentId,
  teamIds: teamsOf(person.id, teams).map((team) => team.id),
  managedIds: managedBy(person.id, territories).map((t) => t.id),
});

/** Who is in a team, if somebody is in it or is not. */
export const membersIf = (team: Team, id: string, isIn: boolean) => [
  ...team.memberIds.filter((member) => member !== id),
  ...(isIn ? [id] : []),
];

/** What somebody might do if another choice held. */
export function rightsIf(person: Person, firm: Firm, choice: Choice): Right[] {
  const { roles, departmentId, teamIds, managedIds } = choice;
  const teams = firm.teams.map((team) => ({
    ...team,
    memberIds: membersIf(team, person.id, teamIds.includes(team.id)),
  }));
  const managerOf = ({ id, managerId }: Territory) =>
    managedIds.includes(id) ? person.id : managerId === person.id ? "" : managerId;
  const territories = firm.territories.map((t) => ({ ...t, managerId: managerOf(t) }));
  return rightsOf({ id: person.id, roles, departmentId }, { ...firm, teams, territories });
}

/** What becomes of a function with a choice. */
export interface Difference {
  duty: Duty;
  before: Right[];
  after: Right[];
  how: "gained" | "lost" | "changed" | "same";
}

const told = (rights: Right[]) =>
  JSON.stringify(rights.map(({ access, scope, mates, territories }) => [access, scope, mates, territories]));

/** Both sides of each function that there is on one of them. */
export function differences(before: Right[], after: Right[]): Difference[] {
  const duties = [...new Set([...before, ...after].map((r) => r.duty))];
  return duties.map((duty) => {
    const [was, is] = [before, after].map((rights) => rights.filter((r) => r.duty === duty)) as [Right[], Right[]];
    const how =
      was.length === 0 ? "gained" : is.length === 0 ? "lost" : told(was) === told(is) ? "same" : ("changed" as const);
    return { duty, before: was, after: is, how };
  });
}

/** What rights depend on, once all of it is known. */
export function useFirmOfRights() {
  const granted = useGrants();
  const teams = useTeams();
  const { territories, all } = useTerritories();
  const { error, refetch } = granted;
  const isKnown = granted.data !== undefined && teams.teams !== undefined && territories !== undefined;
  const firm: Firm | undefined = isKnown
    ? { grants: granted.grants, teams: teams.active, territories: all }
    : undefined;
  return { firm, error, retry: () => void refetch() };
}
