import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { useQuery } from "@tanstack/react-query";
import type { Department } from "../gen/baton/directory/v1/department_pb";
import { DepartmentService } from "../gen/baton/directory/v1/department_service_pb";
import { type Member, MemberState } from "../gen/baton/directory/v1/member_pb";
import { MemberService } from "../gen/baton/directory/v1/member_service_pb";
import { type Team, TeamState } from "../gen/baton/directory/v1/team_pb";
import { TeamService } from "../gen/baton/directory/v1/team_service_pb";
import type { Territory } from "../gen/baton/directory/v1/territory_pb";
import { TerritoryService } from "../gen/baton/directory/v1/territory_service_pb";

/** Pages of 500 that the address book is read in, and the most of them: beyond that names are not held in the page. */
const PAGES_MAX = 10;

async function all<Row>(read: (pageToken: string) => Promise<{ rows: Row[]; nextPageToken: string }>): Promise<Row[]> {
  const rows: Row[] = [];
  let token = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await read(token);
    rows.push(...answer.rows);
    token = answer.nextPageToken;
    if (!token) break;
  }
  return rows;
}

const bookOptions = { staleTime: 5 * 60_000, refetchOnWindowFocus: false };

/** Everybody in the firm's address book by id. */
export function useMembers() {
  const transport = useTransport();
  const { data } = useQuery({
    queryKey: ["book", "members"],
    ...bookOptions,
    queryFn: async () => {
      const rows = await all<Member>(async (pageToken) => {
        const answer = await callUnaryMethod(transport, MemberService.method.listMembers, { pageSize: 500, pageToken });
        return { rows: answer.members, nextPageToken: answer.nextPageToken };
      });
      return new Map(rows.map((m) => [m.id, m]));
    },
  });
  return {
    members: data,
    /** Name of a member, empty while it is not known. */
    name: (id: string) => data?.get(id)?.displayName ?? "",
    /** Who can be given work. */
    active: [...(data?.values() ?? [])].filter((m) => m.state === MemberState.ACTIVE),
  };
}

/** All territories by id. */
export function useTerritories() {
  const transport = useTransport();
  const { data } = useQuery({
    queryKey: ["book", "territories"],
    ...bookOptions,
    queryFn: async () => {
      const rows = await all<Territory>(async (pageToken) => {
        const asked = { pageSize: 500, pageToken };
        const answer = await callUnaryMethod(transport, TerritoryService.method.listTerritories, asked);
        return { rows: answer.territories, nextPageToken: answer.nextPageToken };
      });
      return new Map(rows.map((m) => [m.id, m]));
    },
  });
  return { territories: data, name: (id: string) => data?.get(id)?.name ?? "", all: [...(data?.values() ?? [])] };
}

/** All teams by id. */
export function useTeams() {
  const transport = useTransport();
  const { data } = useQuery({
    queryKey: ["book", "teams"],
    ...bookOptions,
    queryFn: async () => {
      const rows = await all<Team>(async (pageToken) => {
        const answer = await callUnaryMethod(transport, TeamService.method.listTeams, { pageSize: 500, pageToken });
        return { rows: answer.teams, nextPageToken: answer.nextPageToken };
      });
      return new Map(rows.map((m) => [m.id, m]));
    },
  });
  return {
    teams: data,
    name: (id: string) => data?.get(id)?.name ?? "",
    /** Those in use. */
    active: [...(data?.values() ?? [])].filter((m) => m.state === TeamState.ACTIVE),
  };
}

/** All departments by id. */
export function useDepartments() {
  const transport = useTransport();
  const { data } = useQuery({
    queryKey: ["book", "departments"],
    ...bookOptions,
    queryFn: async () => {
      const rows = await all<Department>(async (pageToken) => {
        const asked = { pageSize: 500, pageToken };
        const answer = await callUnaryMethod(transport, DepartmentService.method.listDepartments, asked);
        return { rows: answer.departments, nextPageToken: answer.nextPageToken };
      });
      return new Map(rows.map((m) => [m.id, m]));
    },
  });
  return { departments: data, name: (id: string) => data?.get(id)?.name ?? "", all: [...(data?.values() ?? [])] };
}
