import { PhoneOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { isMasked } from "../../api/mask";
import { Access, Duty, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { RecordLink } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { Phone } from "../../blocks/Reach";
import { State, useChoices, useWords } from "../../blocks/words";
import {
  type Party,
  PartyState,
  PartyStateSchema,
  PartyTypeSchema,
  VerificationOutcomeSchema,
} from "../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../gen/baton/customer/v1/party_service_pb";
import { useProspectBulk } from "./prospects/bulk";
import { useProspectColumns } from "./prospects/columns";
import { ProspectDialog } from "./prospects/ProspectDialog";

const SOURCES = ["DIRECT", "CAMPAIGN", "VISITOR", "IMPORT", "CALL", "LEAD"];

/** Customers whom nobody has verified. */
export function Prospects() {
  const { t } = useTranslation("marketing");
  const me = useMe();
  const [f, set] = useFilters();
  const { ask, dialog } = useAsk();
  const orderBy = f.order ?? "create_time desc";
  const list = useList(
    PartyService.method.listProspects,
    {
      state: Number(f.state ?? PartyState.PROSPECT),
      type: Number(f.type ?? 0),
      ownerId: f.owner ?? "",
      territoryId: f.territory ?? "",
      industry: f.industry ?? "",
      lastOutcome: Number(f.outcome ?? 0),
      sourceKind: f.sourceKind ?? "",
      sourceId: f.sourceId ?? "",
      query: f.q,
      orderBy,
    },
    (a) => a.prospects,
  );
  const columns = useProspectColumns();
  const bulk = useProspectBulk(ask);
  const creates = me.can(Duty.CUSTOMER, Access.WRITE);
  const create = creates && (
    <Button type="primary" onClick={() => set({ new: "1" })}>
      {t("prospects.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("prospects.pageTitle")}</h1>
        <span className="grow" />
        {creates && (
          <Link to="/verify" search={{ owner: f.owner, territory: f.territory, industry: f.industry }}>
            <PhoneOutlined /> {t("prospects.verify")}
          </Link>
        )}
        {create}
      </div>
      <ProspectFilters />
      <DataTable
        name="prospects"
        list={list}
        file="prospects"
        columns={columns}
        rowKey={(r) => r.id}
        rowName={(r) => `${r.number} ${r.name}`}
        href={(r) => `/customers/${r.id}`}
        orderBy={orderBy}
        onOrder={(order) => set({ order })}
        bulk={bulk}
        card={(r) => <Card party={r} />}
        empty={{ title: t("prospects.none"), hint: t("prospects.noneHint"), action: create || undefined }}
      />
      <ProspectDialog open={creates && f.new === "1"} onClose={() => set({ new: undefined })} />
      {dialog}
    </div>
  );
}

function ProspectFilters() {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const { kind } = useWords();
  const types = useChoices(PartyTypeSchema);
  const states = useChoices(PartyStateSchema, [PartyState.PROSPECT, PartyState.INVALID]);
  const outcomes = useChoices(VerificationOutcomeSchema);
  return (
    <FilterBar
      searched
      page="prospects"
      filters={[
        { key: "industry", label: t("party.industry"), kind: "text" },
        { key: "state", label: common("list.state"), kind: "choice", options: states },
        { key: "outcome", label: t("party.lastOutcome"), kind: "choice", options: outcomes },
        { key: "owner", label: common("list.owner"), kind: "member" },
        { key: "territory", label: common("list.territory"), kind: "territory" },
        { key: "type", label: t("party.type"), kind: "choice", options: types },
        {
          key: "sourceKind",
          label: common("list.source"),
          kind: "choice",
          options: SOURCES.map((k) => ({ value: k, label: kind(k) })),
        },
      ]}
    />
  );
}

function Card({ party }: { party: Party }) {
  const { t } = useTranslation("marketing");
  return (
    <div className="stack">
      <strong>
        <RecordLink kind="ACCOUNT" id={party.id}>
          {party.name}
        </RecordLink>
      </strong>
      <div className="bar">
        <State of={PartyStateSchema} value={party.state} />
        <State of={VerificationOutcomeSchema} value={party.lastOutcome} />
        <span className="hint">{t("party.attemptsOf", { count: party.verificationCount })}</span>
      </div>
      <div className="bar hint">
        {party.industry && <span>{party.industry}</span>}
        <MemberName id={party.ownerId} />
      </div>
      {party.phone && (
        <div className="tap">
          <Phone number={party.phone} masked={isMasked(party, "phone")} />
        </div>
      )}
    </div>
  );
}
