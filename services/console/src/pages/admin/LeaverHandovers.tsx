import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { useMembers } from "../../api/names";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { MemberName } from "../../blocks/People";
import { When } from "../../blocks/When";
import { State, useChoices } from "../../blocks/words";
import { type LeaverHandover, LeaverHandoverStateSchema } from "../../gen/baton/directory/v1/leaver_handover_pb";
import { LeaverHandoverService } from "../../gen/baton/directory/v1/leaver_handover_service_pb";
import { CreateLeaver } from "./leaver/CreateLeaver";

const addressOf = (h: LeaverHandover) => `/admin/leaver-handovers/${h.id}`;

/** Who leaves or left, who takes over, and how far that is. */
export function LeaverHandovers() {
  const { t } = useTranslation(["admin", "common"]);
  const [filters, set] = useFilters();
  const { members, name } = useMembers();
  const states = useChoices(LeaverHandoverStateSchema);
  const list = useList(
    LeaverHandoverService.method.listLeaverHandovers,
    { memberId: filters.member, state: Number(filters.state) || 0 },
    (a) => a.leaverHandovers,
  );
  const create = () => set({ new: "1" });
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.leavers")}</h1>
        <span className="grow" />
        <Button type="primary" onClick={create}>
          {t("leaver.new")}
        </Button>
      </div>
      <FilterBar
        page="leaver-handovers"
        filters={[
          {
            key: "member",
            label: t("leaver.member"),
            kind: "choice",
            // Who has left is no more among those who can be given work, yet is who is looked for here.
            options: [...(members?.values() ?? [])].map((m) => ({ value: m.id, label: m.displayName })),
          },
          { key: "state", label: t("common:list.state"), kind: "choice", options: states },
        ]}
      />
      <DataTable<LeaverHandover>
        name="leaver-handovers"
        list={list}
        file="leaver-handovers"
        columns={useColumns()}
        rowKey={(h) => h.id}
        rowName={(h) => name(h.memberId)}
        href={addressOf}
        card={(h) => <HandoverCard handover={h} />}
        empty={{
          title: t("leaver.none"),
          hint: t("leaver.noneHint"),
          action: <Button onClick={create}>{t("leaver.create")}</Button>,
        }}
      />
      <CreateLeaver
        open={filters.new === "1"}
        memberId={filters.leaver}
        onClose={() => set({ new: undefined, leaver: undefined })}
      />
    </div>
  );
}

const Leaver = ({ handover }: { handover: LeaverHandover }) => (
  <Link to="/admin/leaver-handovers/$id" params={{ id: handover.id }}>
    <MemberName id={handover.memberId} />
  </Link>
);

function useColumns(): Column<LeaverHandover>[] {
  const { t } = useTranslation(["admin", "common"]);
  return [
    {
      key: "member",
      title: t("leaver.member"),
      width: 160,
      render: (h) => <Leaver handover={h} />,
      field: "member",
    },
    {
      key: "successor",
      title: t("leaver.successor"),
      width: 160,
      render: (h) => <MemberName id={h.successorId} />,
      field: "successor",
    },
    {
      key: "state",
      title: t("common:list.state"),
      width: 120,
      render: (h) => <State of={LeaverHandoverStateSchema} value={h.state} />,
      field: "state",
    },
    {
      key: "created",
      title: t("common:list.created"),
      width: 140,
      render: (h) => <When at={h.createTime} />,
      field: "createTime",
    },
    {
      key: "executed",
      title: t("leaver.executed"),
      width: 140,
      render: (h) => <When at={h.executeTime} />,
      field: "executeTime",
    },
    {
      key: "note",
      title: t("leaver.note"),
      width: 220,
      hidden: true,
      render: (h) => h.note || "—",
      field: "note",
    },
  ];
}

function HandoverCard({ handover }: { handover: LeaverHandover }) {
  return (
    <div className="stack" style={{ gap: 4 }}>
      <span className="bar">
        <Leaver handover={handover} />
        <State of={LeaverHandoverStateSchema} value={handover.state} />
      </span>
      <span className="hint">
        → <MemberName id={handover.successorId} /> · <When at={handover.createTime} />
      </span>
    </div>
  );
}
