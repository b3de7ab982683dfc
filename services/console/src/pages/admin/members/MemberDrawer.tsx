import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { Duty, useMe } from "../../../api/me";
import { useDepartments, useTeams, useTerritories } from "../../../api/names";
import { ChangeHistory } from "../../../blocks/ChangeHistory";
import { Details } from "../../../blocks/RecordPage";
import { Failure, Waiting } from "../../../blocks/states";
import { When } from "../../../blocks/When";
import { State, useWords } from "../../../blocks/words";
import { type Member, MemberStateSchema } from "../../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { MemberFunctions } from "../MemberFunctions";
import { teamsOf } from "../rights";
import { LANGUAGE_CHOICES } from "./fields";
import { MemberSignIn } from "./MemberSignIn";
import { MemberVerbs } from "./MemberVerbs";

/** A member beside the list: who he is, what may be done, and what he may do. */
export function MemberDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation(["admin", "common"]);
  const { data, error, refetch } = useRead(
    MemberService.method.getMember,
    { id: id ?? "" },
    { enabled: id !== undefined },
  );
  const { can } = useMe();
  const member = data?.member;
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size={620}
      destroyOnHidden
      title={member ? member.displayName || member.name : t("members.title")}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!member && !error && <Waiting />}
      {member && (
        <div className="stack">
          <MemberVerbs member={member} />
          <MemberDetails member={member} />
          {can(Duty.ADMINISTRATION) && <MemberSignIn member={member} />}
          <h2>{t("powers.title")}</h2>
          <MemberFunctions member={member} />
          <Link to="/admin/members/$id/rights" params={{ id: member.id }}>
            {t("rights.open")}
          </Link>
          <Link to="/admin/placements" search={{ member: member.id } as never}>
            {t("placements.history")}
          </Link>
          <h2>{t("common:record.changes")}</h2>
          <ChangeHistory kind="MEMBER" id={member.id} />
        </div>
      )}
    </Drawer>
  );
}

function MemberDetails({ member }: { member: Member }) {
  const { t } = useTranslation(["admin", "common"]);
  const words = useWords();
  const departments = useDepartments();
  const territories = useTerritories();
  const teams = useTeams().active;
  return (
    <Details
      rows={[
        { label: t("common:list.state"), value: <State of={MemberStateSchema} value={member.state} /> },
        { label: t("members.name"), value: member.name },
        { label: t("members.email"), value: member.email },
        { label: t("members.roles"), value: member.roles.map(words.role).join(t("comma")) },
        { label: t("members.department"), value: departments.name(member.departmentId) },
        {
          label: t("members.teams"),
          value: teamsOf(member.id, teams)
            .map((team) => team.name)
            .join(t("comma")),
        },
        { label: t("members.territory"), value: territories.name(member.territoryId) },
        {
          label: t("members.language"),
          value: LANGUAGE_CHOICES.find((l) => l.value === member.language)?.label ?? t("members.anyLanguage"),
        },
        { label: t("common:list.created"), value: <When at={member.createTime} exact /> },
        { label: t("common:list.updated"), value: <When at={member.updateTime} exact /> },
      ]}
    />
  );
}
