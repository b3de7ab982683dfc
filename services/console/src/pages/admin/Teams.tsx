import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { asBefore, maskOf } from "../../api/mask";
import { useMembers } from "../../api/names";
import { type Ask, useAsk } from "../../blocks/ask";
import { useNew } from "../../blocks/create";
import { DataTable } from "../../blocks/DataTable";
import { useDo } from "../../blocks/doing";
import { FilterBar, useFilters } from "../../blocks/Filters";
import type { Field } from "../../blocks/Form";
import { MembersPick } from "../../blocks/pick";
import { VerbBar } from "../../blocks/RecordPage";
import { When } from "../../blocks/When";
import { State, useChoices } from "../../blocks/words";
import { type Team, TeamState, TeamStateSchema } from "../../gen/baton/directory/v1/team_pb";
import { TeamService } from "../../gen/baton/directory/v1/team_service_pb";
import { changed } from "./changed";
import { useAdminAct } from "./useAdminAct";

/** The most members of a team. */
const MEMBERS_MAX = 50;

/** The teams of the firm: whose members see each other's records, as far as grants say so. */
export function Teams() {
  const { t } = useTranslation(["admin", "common"]);
  const [filters] = useFilters();
  const states = useChoices(TeamStateSchema);
  const { ask, dialog } = useAsk();
  const acts = useTeamActs(ask);
  const { name } = useMembers();
  useNew(true, acts.create);
  const list = useList(
    TeamService.method.listTeams,
    { state: Number(filters.state ?? TeamState.ACTIVE) },
    (a) => a.teams,
  );
  const mates = (team: Team) => team.memberIds.map((id) => name(id) || "…").join(t("comma"));
  const verbs = (team: Team) => <TeamVerbs team={team} acts={acts} />;
  const create = (
    <Button type="primary" onClick={() => void acts.create()}>
      {t("teams.create")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.teams")}</h1>
        <span className="grow" />
        {create}
      </div>
      <p className="hint">{t("teams.intro")}</p>
      <FilterBar
        page="teams"
        filters={[{ key: "state", label: t("common:list.state"), kind: "choice", options: states }]}
      />
      <DataTable<Team>
        name="teams"
        list={list}
        rowKey={(team) => team.id}
        rowName={(team) => team.name}
        columns={[
          { key: "name", title: t("teams.name"), width: 180, render: (team) => team.name, field: "name" },
          {
            key: "members",
            title: t("teams.members"),
            width: 420,
            render: (team) => <span title={mates(team)}>{mates(team) || "—"}</span>,
            field: "memberIds",
          },
          {
            key: "state",
            title: t("common:list.state"),
            width: 90,
            render: (team) => <State of={TeamStateSchema} value={team.state} />,
            field: "state",
          },
          {
            key: "updated",
            title: t("common:list.updated"),
            width: 120,
            render: (team) => <When at={team.updateTime} />,
          },
          { key: "verbs", title: t("common:record.verbs"), width: 150, render: verbs },
        ]}
        card={(team) => (
          <div className="stack" style={{ gap: 4 }}>
            <span className="bar">
              <strong>{team.name}</strong>
              <State of={TeamStateSchema} value={team.state} />
              <span className="hint">{t("teams.count", { count: team.memberIds.length })}</span>
            </span>
            <span className="hint">{mates(team)}</span>
            {verbs(team)}
          </div>
        )}
        empty={{ title: t("teams.none"), hint: t("teams.intro"), action: create }}
      />
      {dialog}
    </div>
  );
}

function TeamVerbs({ team, acts }: { team: Team; acts: TeamActs }) {
  const { t } = useTranslation("admin");
  const why = team.state === TeamState.ARCHIVED ? t("teams.why.archived") : undefined;
  return (
    <VerbBar
      wide={false}
      verbs={[
        { key: "edit", label: t("teams.verb.edit"), why, run: () => void acts.edit(team) },
        { key: "archive", label: t("teams.verb.archive"), danger: true, why, run: () => void acts.archive(team) },
      ]}
    />
  );
}

/** What people do with teams. */
function useTeamActs(ask: Ask) {
  const { t } = useTranslation(["admin", "common"]);
  const { done } = useDo();
  const creating = useAdminAct(TeamService.method.createTeam);
  const updating = useAdminAct(TeamService.method.updateTeam);
  const archiving = useAdminAct(TeamService.method.archiveTeam);
  const fields: Field[] = [
    { name: "name", label: t("teams.name"), required: true, max: 120 },
    {
      name: "memberIds",
      label: t("teams.members"),
      control: <MembersPick max={MEMBERS_MAX} />,
      hint: t("teams.membersHint"),
    },
  ];
  return {
    create: () =>
      ask({
        title: t("teams.create"),
        okText: t("common:act.create"),
        prefix: "team",
        fields,
        submit: async (filled) => {
          await creating({ team: { name: filled.name, memberIds: filled.memberIds ?? [] } });
          done(t("teams.created", { name: filled.name }));
        },
      }),
    edit: (team: Team) =>
      ask({
        title: t("teams.edit", { name: team.name }),
        prefix: "team",
        fields,
        initial: { name: team.name, memberIds: team.memberIds },
        submit: async (filled) => {
          const before = { name: team.name, memberIds: team.memberIds };
          const change = changed(before, filled);
          if (!change) return;
          const set = (to: typeof change, etag: string | undefined) =>
            updating({ team: { id: team.id, ...to }, updateMask: maskOf(to), etag });
          const answer = await set(change, team.etag);
          done(t("common:act.saved"), () => set(asBefore(change, before), answer.team?.etag));
        },
      }),
    archive: (team: Team) =>
      ask({
        title: t("teams.archive.title", { name: team.name }),
        okText: t("teams.verb.archive"),
        danger: true,
        intro: <p>{t("teams.archive.means")}</p>,
        fields: [],
        submit: async () => {
          await archiving({ id: team.id, etag: team.etag });
          done(t("teams.archive.done", { name: team.name }));
        },
      }),
  };
}

type TeamActs = ReturnType<typeof useTeamActs>;
