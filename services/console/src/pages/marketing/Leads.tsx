import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type ListPage, useList } from "../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { DataTable } from "../../blocks/DataTable";
import { FilterBar, type Filters, useFilters } from "../../blocks/Filters";
import { ObjectName } from "../../blocks/Objects";
import { QuickViews } from "../../blocks/QuickViews";
import { useChoices, useWords } from "../../blocks/words";
import { type Lead, LeadQualitySchema, LeadRouting, LeadRoutingSchema } from "../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../gen/baton/marketing/v1/lead_service_pb";
import { lazyDialog } from "../../shell/lazyPart";
import { useLeadBulk } from "./leads/bulk";
import { isOverdue } from "./leads/clock";
import { LEAD_ORDERS, useLeadColumns } from "./leads/columns";
import { LeadCard } from "./leads/LeadCard";

const LeadDialog = lazyDialog(() => import("./leads/LeadDialog").then((m) => m.LeadDialog));

const VIEWS = ["all", "unrouted", "offered", "mine", "overdue"] as const;
type View = (typeof VIEWS)[number];

const SOURCES = ["DIRECT", "CAMPAIGN", "VISITOR", "IMPORT", "CALL", "ACCOUNT", "CONTACT", "INTERACTION", "CASE"];

/** The queue of leads: which one next. */
export function Leads() {
  const { t } = useTranslation("marketing");
  const me = useMe();
  const firm = useFirm();
  const [filters, set] = useFilters();
  const { ask, dialog } = useAsk();
  const view = viewOf(filters);
  const orderBy = filters.order ?? (view === "all" || view === "unrouted" ? LEAD_ORDERS.newest : LEAD_ORDERS.due);
  const all = useList(
    LeadService.method.listLeads,
    { ...asked(filters, view, me.id), query: filters.q, orderBy },
    (a) => a.leads,
    {
      enabled: me.id !== "",
    },
  );
  const list = view === "overdue" ? onlyOverdue(all) : all;
  const columns = useLeadColumns();
  const bulk = useLeadBulk(ask);
  const creates =
    me.can(Duty.MARKETING, Access.WRITE) && firm?.leadsEnabled !== false && firm?.marketingEnabled !== false;
  const create = creates && (
    <Button type="primary" onClick={() => set({ new: "1" })}>
      {t("leads.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("leads.pageTitle")}</h1>
        <span className="grow" />
        {create}
      </div>
      <QuickViews label={t("leads.views")} views={VIEWS.map((key) => ({ key, label: t(`leads.view.${key}`) }))} />
      <LeadFilters />
      <DataTable
        name="leads"
        list={list}
        // What is overdue is picked out here: the service has no such list.
        file={view === "overdue" ? undefined : "leads"}
        columns={columns}
        rowKey={(r) => r.id}
        rowName={(r) => `${r.number} ${r.title}`}
        href={(r) => `/leads/${r.id}`}
        orderBy={orderBy}
        onOrder={view === "overdue" ? undefined : (order) => set({ order })}
        bulk={bulk}
        card={(r) => <LeadCard lead={r} />}
        empty={
          view === "all"
            ? { title: t("leads.none"), hint: t("leads.noneHint"), action: create || undefined }
            : { title: t(`leads.noneIn.${view}`) }
        }
      />
      <LeadDialog
        open={creates && filters.new === "1"}
        onClose={() => set({ new: undefined, partyId: undefined })}
        partyId={filters.partyId ?? filters.party}
        source={filters.sourceId ? { kind: filters.sourceKind ?? "CAMPAIGN", id: filters.sourceId } : undefined}
      />
      {dialog}
    </div>
  );
}

const viewOf = (filters: Filters): View => VIEWS.find((v) => v === filters.view) ?? "all";

/** What the service is asked for. */
function asked(f: Filters, view: View, me: string) {
  return {
    quality: Number(f.quality ?? 0),
    routing: view === "unrouted" ? LeadRouting.UNROUTED : Number(f.routing ?? 0),
    ownerId: view === "offered" || view === "mine" ? me : (f.owner ?? ""),
    territoryId: f.territory ?? "",
    partyId: f.party ?? "",
    sourceKind: f.sourceKind ?? "",
    sourceId: f.sourceId ?? "",
    offered: view === "offered" || f.offered === "1",
  };
}

/** In the order of due times what is overdue comes first: a page that holds anything else is the last one. */
function onlyOverdue(list: ListPage<Lead>): ListPage<Lead> {
  const rows = list.rows.filter((lead) => isOverdue(lead));
  return { ...list, rows, total: undefined, next: rows.length === list.rows.length ? list.next : undefined };
}

function LeadFilters() {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const { kind } = useWords();
  const qualities = useChoices(LeadQualitySchema);
  const routings = useChoices(LeadRoutingSchema);
  const [filters, set] = useFilters();
  const only = [
    filters.sourceId && { key: "sourceId", kind: filters.sourceKind ?? "CAMPAIGN", id: filters.sourceId },
    filters.party && { key: "party", kind: "ACCOUNT", id: filters.party },
  ].filter((o) => typeof o === "object");
  return (
    <>
      <FilterBar
        searched
        page="leads"
        filters={[
          { key: "quality", label: t("lead.quality"), kind: "choice", options: qualities },
          { key: "routing", label: t("lead.routing"), kind: "choice", options: routings },
          { key: "owner", label: common("list.owner"), kind: "member" },
          { key: "territory", label: common("list.territory"), kind: "territory" },
          {
            key: "sourceKind",
            label: common("list.source"),
            kind: "choice",
            options: SOURCES.map((k) => ({ value: k, label: kind(k) })),
          },
          { key: "offered", label: t("leads.offered"), kind: "flag" },
        ]}
      />
      {only.map((o) => (
        <div key={o.key} className="bar">
          <span className="hint">{t("leads.only", { kind: kind(o.kind) })}</span>
          <ObjectName kind={o.kind} id={o.id} />
          <Button size="small" onClick={() => set({ [o.key]: undefined })}>
            {common("list.clearFilters")}
          </Button>
        </div>
      ))}
    </>
  );
}
