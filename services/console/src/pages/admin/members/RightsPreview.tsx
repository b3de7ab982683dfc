import { Button, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { text } from "../../../api/calls";
import { maskOf } from "../../../api/mask";
import { useMembers } from "../../../api/names";
import { useDo } from "../../../blocks/doing";
import { Pill, type Tone } from "../../../blocks/Pill";
import { DepartmentPick } from "../../../blocks/pick";
import { Waiting } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { useWords } from "../../../blocks/words";
import { FunctionSchema } from "../../../gen/baton/directory/v1/grant_pb";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { TeamService } from "../../../gen/baton/directory/v1/team_service_pb";
import { type Territory, TerritoryState } from "../../../gen/baton/directory/v1/territory_pb";
import { TerritoryService } from "../../../gen/baton/directory/v1/territory_service_pb";
import { rolesOf } from "../grants";
import {
  type Choice,
  choiceOf,
  type Difference,
  differences,
  type Firm,
  membersIf,
  type Right,
  rightsIf,
  rightsOf,
  useFirmOfRights,
} from "../rights";
import { useAdminAct } from "../useAdminAct";
import { useRightWords } from "../useRightWords";
import "../admin.css";

/** How a member's rights would be with other roles, another department, other teams or territories, before anything is saved. */
export function RightsPreview({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const { firm } = useFirmOfRights();
  return (
    <section className="panel stack" aria-label={t("rights.preview")}>
      <h2>{t("rights.preview")}</h2>
      <p className="hint">{t("rights.previewHint")}</p>
      {firm ? <Preview member={member} firm={firm} /> : <Waiting rows={4} />}
    </section>
  );
}

function Preview({ member, firm }: { member: Member; firm: Firm }) {
  const { t } = useTranslation("admin");
  const { run } = useDo();
  const now = choiceOf(member, firm);
  const [picked, setPicked] = useState<Partial<Choice>>({});
  const choice = { ...now, ...picked };
  const isOther = text(sorted(choice)) !== text(sorted(now));
  const save = useSaving(member, firm);
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    setBusy(true);
    const name = member.displayName || member.name;
    const saved = await run(
      () => save(now, choice, true),
      t("rights.saved", { name }),
      () => save(choice, now, false),
    );
    if (saved) setPicked({});
    setBusy(false);
  };
  return (
    <>
      <Choices member={member} firm={firm} choice={choice} pick={(more) => setPicked({ ...picked, ...more })} />
      <Differences rows={differences(rightsOf(member, firm), rightsIf(member, firm, choice))} />
      <div className="bar">
        <Button type="primary" disabled={!isOther} loading={busy} onClick={() => void keep()}>
          {t("rights.save")}
        </Button>
        <Button disabled={!isOther} onClick={() => setPicked({})}>
          {t("rights.reset")}
        </Button>
        {!isOther && <span className="hint">{t("rights.unchanged")}</span>}
      </div>
    </>
  );
}

/** The same choice in the same order, whatever was pressed first. */
const sorted = (c: Choice) => [c.roles.toSorted(), c.departmentId, c.teamIds.toSorted(), c.managedIds.toSorted()];

interface ChoicesProps {
  member: Member;
  firm: Firm;
  choice: Choice;
  pick: (more: Partial<Choice>) => void;
}

function Choices({ member, firm, choice, pick }: ChoicesProps) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const { name } = useMembers();
  const managed = ({ managerId, name: territory }: Territory) =>
    managerId && managerId !== member.id ? t("rights.managedBy", { territory, name: name(managerId) }) : territory;
  const several = (label: string, value: string[], options: Option[], set: (value: string[]) => void) => (
    <Labelled label={label}>
      {(id) => (
        <Select
          id={id}
          mode="multiple"
          showSearch={{ optionFilterProp: "label" }}
          value={value}
          options={options}
          onChange={set}
        />
      )}
    </Labelled>
  );
  return (
    <div className="setting-fields">
      {several(
        t("members.roles"),
        choice.roles,
        rolesOf(firm.grants).map((role) => ({ value: role, label: words.role(role) })),
        (roles) => pick({ roles }),
      )}
      <Labelled label={t("members.department")}>
        {(id) => (
          <DepartmentPick
            id={id}
            value={choice.departmentId}
            onChange={(departmentId = "") => pick({ departmentId })}
          />
        )}
      </Labelled>
      {several(
        t("members.teams"),
        choice.teamIds,
        firm.teams.map((team) => ({ value: team.id, label: team.name })),
        (teamIds) => pick({ teamIds }),
      )}
      <div>
        {several(
          t("rights.manages"),
          choice.managedIds,
          firm.territories
            .filter((territory) => territory.state === TerritoryState.ACTIVE || territory.managerId === member.id)
            .map((territory) => ({ value: territory.id, label: managed(territory) })),
          (managedIds) => pick({ managedIds }),
        )}
        <p className="hint">{t("rights.territoryHint")}</p>
      </div>
    </div>
  );
}

interface Option {
  value: string;
  label: string;
}

function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

const TONES: Record<Difference["how"], Tone> = {
  gained: "success",
  lost: "danger",
  changed: "warning",
  same: "neutral",
};

function Differences({ rows }: { rows: Difference[] }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const told = useRightWords();
  const all = (rights: Right[]) =>
    rights.length === 0 ? "—" : rights.map((r) => <div key={r.access}>{told.whole(r)}</div>);
  return (
    <Table
      rowKey={(d) => String(d.duty)}
      rows={rows}
      columns={[
        { key: "duty", title: t("powers.duty"), render: (d) => words.word(FunctionSchema, d.duty) },
        { key: "before", title: t("rights.before"), render: (d) => all(d.before) },
        { key: "after", title: t("rights.after"), render: (d) => all(d.after) },
        { key: "how", title: t("rights.how"), render: (d) => <Pill tone={TONES[d.how]}>{t(`rights.${d.how}`)}</Pill> },
      ]}
    />
  );
}

/** A way to make a choice so. What was read is checked where `checked`; the way back takes things as they are. */
function useSaving(member: Member, firm: Firm) {
  const updateMember = useAdminAct(MemberService.method.updateMember);
  const updateTeam = useAdminAct(TeamService.method.updateTeam);
  const updateTerritory = useAdminAct(TerritoryService.method.updateTerritory);
  return async (from: Choice, to: Choice, checked: boolean) => {
    const seen = (etag: string) => (checked ? etag : "");
    const { roles, departmentId } = to;
    const other = (a: unknown, b: unknown) => text(a) !== text(b);
    const change = {
      ...(other(roles.toSorted(), from.roles.toSorted()) && { roles }),
      ...(departmentId !== from.departmentId && { departmentId }),
    };
    if (Object.keys(change).length > 0)
      await updateMember({ member: { id: member.id, ...change }, updateMask: maskOf(change), etag: seen(member.etag) });
    const moved = (id: string, ids: (c: Choice) => string[]) => ids(from).includes(id) !== ids(to).includes(id);
    for (const team of firm.teams.filter(({ id }) => moved(id, (c) => c.teamIds))) {
      const memberIds = membersIf(team, member.id, to.teamIds.includes(team.id));
      await updateTeam({ team: { id: team.id, memberIds }, updateMask: maskOf({ memberIds }), etag: seen(team.etag) });
    }
    for (const territory of firm.territories.filter(({ id }) => moved(id, (c) => c.managedIds))) {
      const { id, etag } = territory;
      // Whoever managed it before does so again on the way back.
      const before = territory.managerId === member.id ? "" : territory.managerId;
      const managerId = to.managedIds.includes(id) ? member.id : before;
      await updateTerritory({ territory: { id, managerId }, updateMask: maskOf({ managerId }), etag: seen(etag) });
    }
    return to;
  };
}
