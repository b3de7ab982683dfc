import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useSharedColumns } from "../../blocks/columns";
import { type Bulk, type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { InlineEdit } from "../../blocks/InlineEdit";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { State, useChoices, useWords } from "../../blocks/words";
import {
  CommerceStateSchema,
  type Opportunity,
  OpportunityState,
  OpportunityStateSchema,
} from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import { day, percent } from "../../i18n/format";
import { CreateOpportunity } from "./CreateOpportunity";
import { type DealChange, useDealActs } from "./dealActs";
import { useProcesses } from "./processes";
import "./sales.css";

/** All deals that the reader may see, open or closed. */
export function Opportunities() {
  const { t } = useTranslation("sales");
  const [filters, set] = useFilters();
  const me = useMe();
  const writes = me.can(Duty.SALES, Access.WRITE);
  // Days are a stretch of the order by day: with them there is no other.
  const byDay = Boolean(filters.closesFrom || filters.closesTo);
  const order = byDay ? "expected_close_date" : (filters.order ?? "");
  const list = useList(
    OpportunityService.method.listOpportunities,
    {
      state: Number(filters.state ?? 0),
      processId: filters.process ?? "",
      stageId: filters.stage ?? "",
      ownerId: filters.owner ?? "",
      partyId: filters.customer ?? "",
      territoryId: filters.territory ?? "",
      expectedCloseFromDate: filters.closesFrom ?? "",
      expectedCloseToDate: filters.closesTo ?? "",
      commerceState: Number(filters.commerce ?? 0),
      sourceKind: filters.source ?? "",
      query: filters.q ?? "",
      orderBy: order,
    },
    (answer) => answer.opportunities,
  );
  const columns = useColumns(writes);
  const { bulk, dialog } = useOwnerChange();
  const create = (
    <Button type="primary" onClick={() => set({ new: "1" })}>
      {t("list.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("list.title")}</h1>
        <span className="grow" />
        {me.can(Duty.SALES) && <Link to="/opportunities/board">{t("list.asBoard")}</Link>}
        {writes && create}
      </div>
      <DealFilters />
      <DataTable
        name="opportunities"
        list={list}
        file="opportunities"
        columns={columns}
        rowKey={(o) => o.id}
        rowName={(o) => o.name}
        href={(o) => `/opportunities/${o.id}`}
        orderBy={order || "create_time desc"}
        onOrder={byDay ? undefined : (order) => set({ order })}
        bulk={writes ? [bulk] : undefined}
        card={(o) => <DealRow deal={o} />}
        empty={{ title: t("list.empty"), hint: t("list.emptyHint"), action: writes ? create : undefined }}
      />
      {filters.new === "1" && <CreateOpportunity />}
      {dialog}
    </div>
  );
}

function DealFilters() {
  const { t } = useTranslation("sales");
  const [filters] = useFilters();
  const { kind } = useWords();
  const states = useChoices(OpportunityStateSchema);
  const ways = useChoices(CommerceStateSchema);
  const processes = useProcesses();
  const chosen = processes.byId(filters.process);
  const stages = (chosen ? [chosen] : processes.all).flatMap((p) =>
    p.stages.map((s) => ({
      value: s.id,
      label: chosen || processes.all.length === 1 ? s.name : `${p.name} › ${s.name}`,
    })),
  );
  const sources = ["DIRECT", "LEAD", "CAMPAIGN", "ACCOUNT", "CONTACT", "INTERACTION", "IMPORT", "CALL", "VISITOR"];
  return (
    <FilterBar
      searched
      page="opportunities"
      filters={[
        { key: "state", label: t("deal.state"), kind: "choice", options: states },
        {
          key: "process",
          label: t("deal.process"),
          kind: "choice",
          options: processes.all.map((p) => ({ value: p.id, label: p.name })),
        },
        { key: "stage", label: t("deal.stage"), kind: "choice", options: stages },
        { key: "owner", label: t("deal.owner"), kind: "member" },
        { key: "customer", label: t("deal.customer"), kind: "party" },
        { key: "territory", label: t("deal.territory"), kind: "territory" },
        { key: "closesFrom", label: t("list.closesFrom"), kind: "day" },
        { key: "closesTo", label: t("list.closesTo"), kind: "day" },
        { key: "commerce", label: t("deal.commerce"), kind: "choice", options: ways },
        {
          key: "source",
          label: t("deal.source"),
          kind: "choice",
          options: sources.map((value) => ({ value, label: kind(value) })),
        },
      ]}
    />
  );
}

function useColumns(writes: boolean): Column<Opportunity>[] {
  const { t } = useTranslation("sales");
  const shared = useSharedColumns();
  const { stageName } = useProcesses();
  const acts = useDealActs();
  const able = (o: Opportunity) => writes && o.state === OpportunityState.OPEN;
  const save = async (o: Opportunity, to: DealChange) => {
    const after = await acts.change(o, to);
    return () => acts.changeBack(after, to, o);
  };
  return [
    {
      key: "name",
      title: t("deal.name"),
      width: 220,
      field: "name",
      render: (o) => (
        <InlineEdit
          kind="text"
          label={t("deal.name")}
          value={o.name}
          able={able(o)}
          beside
          save={(value) => save(o, { name: value })}
        >
          <Link to="/opportunities/$id" params={{ id: o.id }} className="cut-link">
            {o.name}
          </Link>
        </InlineEdit>
      ),
    },
    shared.number(undefined, { hidden: true }),
    shared.party(t("deal.customer")),
    {
      key: "state",
      title: t("deal.state"),
      width: 100,
      field: "state",
      render: (o) => <State of={OpportunityStateSchema} value={o.state} />,
    },
    {
      key: "stage",
      title: t("deal.stage"),
      width: 120,
      field: "stage",
      render: (o) => stageName(o.stageId) || "—",
    },
    {
      key: "amount",
      title: t("deal.amount"),
      width: 130,
      align: "right",
      sort: { down: "amount desc" },
      field: ["amount", "amount.currencyCode"],
      render: (o) => (
        <InlineEdit
          kind="money"
          label={t("deal.amount")}
          value={o.amount}
          able={able(o)}
          save={(amount) => save(o, { amount })}
        >
          <Money of={o.amount} />
        </InlineEdit>
      ),
    },
    {
      key: "probability",
      title: t("deal.probability"),
      width: 80,
      align: "right",
      field: "probabilityPercent",
      render: (o) => percent(o.probabilityPercent / 100),
    },
    {
      key: "closing",
      title: t("deal.closing"),
      width: 120,
      sort: { up: "expected_close_date" },
      field: "expectedCloseDate",
      render: (o) => (
        <InlineEdit
          kind="day"
          label={t("deal.closing")}
          value={o.expectedCloseDate}
          able={able(o)}
          save={(expectedCloseDate) => save(o, { expectedCloseDate })}
        >
          <span className="num">{day(o.expectedCloseDate) || "—"}</span>
        </InlineEdit>
      ),
    },
    shared.owner(),
    shared.territory({ hidden: true }),
    {
      key: "commerce",
      title: t("deal.commerce"),
      width: 130,
      field: "commerceState",
      render: (o) => o.state === OpportunityState.WON && <State of={CommerceStateSchema} value={o.commerceState} />,
    },
    shared.source({ hidden: true }),
    shared.created({ hidden: true }),
  ];
}

/** A deal on a narrow screen. */
function DealRow({ deal }: { deal: Opportunity }) {
  const { stageName } = useProcesses();
  return (
    <>
      <div className="deal-line">
        <Link to="/opportunities/$id" params={{ id: deal.id }}>
          <strong>{deal.name}</strong>
        </Link>
        <State of={OpportunityStateSchema} value={deal.state} />
      </div>
      <div>
        <ObjectName kind="ACCOUNT" id={deal.partyId} />
      </div>
      <div className="deal-line">
        <Money of={deal.amount} />
        <span className="hint">{stageName(deal.stageId)}</span>
      </div>
      <div className="deal-line hint">
        <MemberName id={deal.ownerId} />
        <span className="num">{day(deal.expectedCloseDate)}</span>
      </div>
    </>
  );
}

/** Gives deals to another owner. */
function useOwnerChange(): { bulk: Bulk<Opportunity>; dialog: ReactNode } {
  const { t } = useTranslation("sales");
  const { ask, dialog } = useAsk();
  const acts = useDealActs();
  const bulk: Bulk<Opportunity> = {
    key: "owner",
    label: t("list.changeOwner"),
    prepare: async (rows) => {
      const answer = await ask({
        title: t("list.changeOwnerOf", { count: rows.length }),
        fields: [{ name: "ownerId", label: t("deal.owner"), kind: "member", required: true }],
      });
      return answer && ((o) => acts.change(o, { ownerId: answer.ownerId }));
    },
  };
  return { bulk, dialog };
}
