import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { useMembers } from "../../api/names";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { MemberName } from "../../blocks/People";
import { Pill } from "../../blocks/Pill";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  type Export,
  ExportFormat,
  ExportState,
  ExportStateSchema,
  ExportStopReasonSchema,
} from "../../gen/baton/directory/v1/export_pb";
import { ExportService } from "../../gen/baton/directory/v1/export_service_pb";
import { WayInSchema } from "../../gen/baton/type/v1/change_pb";
import { number } from "../../i18n/format";
import { COLLECTIONS, useExportWords } from "./exports/words";

/** Who took what out of the system, newest first: one's own, or everybody's for who administers. */
export function Exports() {
  const { t } = useTranslation(["exports", "common"]);
  const { collection } = useExportWords();
  const [filters] = useFilters();
  const { members, name } = useMembers();
  const all = useMe().can(Duty.ADMINISTRATION, Access.READ);
  const list = useList(
    ExportService.method.listExports,
    { memberId: all ? filters.member : undefined, collection: filters.collection, large: filters.large === "1" },
    (answer) => answer.exports,
  );
  const who = {
    key: "member",
    label: t("member"),
    kind: "choice" as const,
    // Also who has left: what he took out is out.
    options: [...(members?.values() ?? [])].map((m) => ({ value: m.id, label: m.displayName })),
  };
  return (
    <div className="page">
      <h1>{t("common:nav.exports")}</h1>
      <p className="hint">{t("intro")}</p>
      <FilterBar
        page="exports"
        filters={[
          ...(all ? [who] : []),
          {
            key: "collection",
            label: t("collection"),
            kind: "choice",
            options: COLLECTIONS.map((value) => ({ value, label: collection(value) })),
          },
          { key: "large", label: t("large"), kind: "flag" },
        ]}
      />
      <DataTable<Export>
        name="exports"
        file="exports"
        list={list}
        columns={useColumns()}
        rowKey={(e) => e.id}
        rowName={(e) => `${name(e.memberId)} ${collection(e.collection)}`}
        card={(e) => <ExportCard of={e} />}
        empty={{ title: t("none"), hint: t("noneHint") }}
      />
    </div>
  );
}

function useColumns(): Column<Export>[] {
  const { t } = useTranslation(["exports", "common"]);
  const { collection } = useExportWords();
  const { word } = useWords();
  return [
    {
      key: "time",
      title: t("time"),
      width: 150,
      render: (e) => <When at={e.createTime} exact />,
      field: "createTime",
      sort: { down: "create_time desc" },
    },
    { key: "member", title: t("member"), width: 110, render: (e) => <MemberName id={e.memberId} />, field: "member" },
    {
      key: "collection",
      title: t("collection"),
      width: 130,
      render: (e) => (
        <>
          {collection(e.collection)} <span className="hint">{ExportFormat[e.format]}</span>
        </>
      ),
      field: ["collection", "format"],
    },
    { key: "filter", title: t("filter"), width: 320, render: (e) => <FilterWords of={e} />, field: "filters" },
    {
      key: "rows",
      title: t("rows"),
      width: 110,
      align: "right",
      render: (e) => <Rows of={e} />,
      field: ["rowCount", "large"],
    },
    {
      key: "state",
      title: t("common:list.state"),
      width: 190,
      render: (e) => <Standing of={e} />,
      field: ["state", "stopReason"],
    },
    {
      key: "way",
      title: t("way"),
      width: 190,
      render: (e) => `${word(WayInSchema, e.wayIn)}${e.address && ` · ${e.address}`}`,
      field: ["wayIn", "address"],
    },
    {
      key: "columns",
      title: t("columns"),
      width: 300,
      hidden: true,
      render: (e) => e.columns.join(", "),
      field: "columns",
    },
  ];
}

/** What the list was narrowed by, in words. */
function FilterWords({ of }: { of: Export }) {
  const { t } = useTranslation("exports");
  const { filter, value } = useExportWords();
  if (of.filters.length === 0) return <span className="hint">{t("everything")}</span>;
  return (
    <>
      {of.filters.map((f) => (
        <span key={f.field} className="cut">
          <span className="hint">{filter(f.field)}:</span> {f.values.map((v) => value(v)).join(", ")}{" "}
        </span>
      ))}
    </>
  );
}

function Rows({ of }: { of: Export }) {
  const { t } = useTranslation("exports");
  return (
    <span className="num">
      {of.rowCount === undefined ? "—" : number(Number(of.rowCount))}{" "}
      {of.large && <Pill tone="warning">{t("large")}</Pill>}
    </span>
  );
}

function Standing({ of }: { of: Export }) {
  const { word } = useWords();
  return (
    <span className="bar">
      <State of={ExportStateSchema} value={of.state} />
      {of.state === ExportState.STOPPED && <span className="hint">{word(ExportStopReasonSchema, of.stopReason)}</span>}
    </span>
  );
}

function ExportCard({ of }: { of: Export }) {
  const { collection } = useExportWords();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <span className="bar">
        <strong>{collection(of.collection)}</strong>
        <Rows of={of} />
        <Standing of={of} />
      </span>
      <span className="hint">
        <MemberName id={of.memberId} /> · <When at={of.createTime} exact />
      </span>
      <FilterWords of={of} />
    </div>
  );
}
