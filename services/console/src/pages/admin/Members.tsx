import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { useDepartments, useTerritories } from "../../api/names";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { When } from "../../blocks/When";
import { State, useChoices, useWords } from "../../blocks/words";
import { type Member, MemberState, MemberStateSchema } from "../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../gen/baton/directory/v1/member_service_pb";
import { rolesOf, useGrants } from "./grants";
import { CreateMember } from "./members/CreateMember";
import { MemberDrawer } from "./members/MemberDrawer";

/** The people who work with Baton, and their access. */
export function Members() {
  const { t } = useTranslation(["admin", "common"]);
  const words = useWords();
  const [filters, set] = useFilters();
  const departments = useDepartments().all;
  const roles = rolesOf(useGrants().grants);
  const states = useChoices(MemberStateSchema);
  const list = useList(
    MemberService.method.listMembers,
    {
      query: filters.q,
      departmentId: filters.department,
      role: filters.role,
      territoryId: filters.territory,
      state: Number(filters.state) || MemberState.UNSPECIFIED,
    },
    (a) => a.members,
  );
  const open = (m: Member) => set({ member: m.id });
  const create = () => set({ new: "1" });
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.members")}</h1>
        <span className="grow" />
        <Button type="primary" onClick={create}>
          {t("members.create")}
        </Button>
      </div>
      <FilterBar
        searched
        page="members"
        filters={[
          {
            key: "department",
            label: t("members.department"),
            kind: "choice",
            options: departments.map((d) => ({ value: d.id, label: d.name })),
          },
          {
            key: "role",
            label: t("members.role"),
            kind: "choice",
            options: roles.map((role) => ({ value: role, label: words.role(role) })),
          },
          { key: "territory", label: t("members.territory"), kind: "territory" },
          { key: "state", label: t("common:list.state"), kind: "choice", options: states },
        ]}
      />
      <DataTable<Member>
        name="members"
        list={list}
        file="members"
        columns={useColumns(open)}
        rowKey={(m) => m.id}
        rowName={(m) => m.displayName || m.name}
        onOpen={open}
        card={(m) => <MemberCard member={m} onOpen={open} />}
        empty={{
          title: t("members.none"),
          hint: t("members.noneHint"),
          action: <Button onClick={create}>{t("members.create")}</Button>,
        }}
      />
      <CreateMember open={filters.new === "1"} onClose={() => set({ new: undefined })} />
      <MemberDrawer id={filters.member} onClose={() => set({ member: undefined })} />
    </div>
  );
}

interface Opens {
  member: Member;
  onOpen: (member: Member) => void;
}

const NameButton = ({ member, onOpen }: Opens) => (
  <button type="button" className="link" onClick={() => onOpen(member)}>
    {member.displayName || member.name}
  </button>
);

function useColumns(onOpen: (member: Member) => void): Column<Member>[] {
  const { t } = useTranslation(["admin", "common"]);
  const words = useWords();
  const departments = useDepartments();
  const territories = useTerritories();
  const roles = (m: Member) => m.roles.map(words.role).join(t("comma"));
  return [
    {
      key: "displayName",
      title: t("members.displayName"),
      width: 140,
      render: (m) => <NameButton member={m} onOpen={onOpen} />,
      field: "displayName",
    },
    { key: "name", title: t("members.name"), width: 120, render: (m) => m.name, field: "name" },
    {
      key: "state",
      title: t("common:list.state"),
      width: 90,
      render: (m) => <State of={MemberStateSchema} value={m.state} />,
      field: "state",
    },
    { key: "roles", title: t("members.roles"), width: 180, render: (m) => roles(m) || "—", field: "roles" },
    {
      key: "department",
      title: t("members.department"),
      width: 130,
      render: (m) => departments.name(m.departmentId) || "—",
      field: "department",
    },
    {
      key: "territory",
      title: t("members.territory"),
      width: 120,
      render: (m) => territories.name(m.territoryId) || "—",
      field: "territory",
    },
    { key: "email", title: t("members.email"), width: 180, render: (m) => m.email || "—", field: "email" },
    {
      key: "updated",
      title: t("common:list.updated"),
      width: 110,
      hidden: true,
      render: (m) => <When at={m.updateTime} />,
    },
  ];
}

function MemberCard({ member, onOpen }: Opens) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const departments = useDepartments();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <span className="bar">
        <NameButton member={member} onOpen={onOpen} />
        <State of={MemberStateSchema} value={member.state} />
      </span>
      <span className="hint">
        {[member.name, departments.name(member.departmentId), member.roles.map(words.role).join(t("comma"))]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </div>
  );
}
