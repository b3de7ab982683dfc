import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { isMasked } from "../../api/mask";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useSharedColumns } from "../../blocks/columns";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { type Filter, FilterBar, useFilters } from "../../blocks/Filters";
import { MemberName } from "../../blocks/People";
import { Email, Phone } from "../../blocks/Reach";
import { When } from "../../blocks/When";
import { State, useChoices, useWords } from "../../blocks/words";
import { type Party, PartyTypeSchema, VerificationOutcomeSchema } from "../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../gen/baton/customer/v1/party_service_pb";
import { useNewAccount, usePartyActs } from "./party";

/** What accounts can come from. */
const SOURCES = ["DIRECT", "CAMPAIGN", "VISITOR", "IMPORT", "CALL", "LEAD", "ACCOUNT", "CONTACT", "INTERACTION"];

/** Verified customers: whose they are, how to reach them, when they were last verified. */
export function Accounts() {
  const { t } = useTranslation(["customers", "common"]);
  const mayWrite = useMe().can(Duty.CUSTOMER, Access.WRITE);
  const firm = useFirm();
  const [filters, set] = useFilters();
  const { ask, dialog } = useAsk();
  const create = useNewAccount(ask);
  const { transferMany } = usePartyActs(ask);
  // The form says what the firm does about duplicates.
  useNew(mayWrite && firm !== undefined, create);
  const list = useList(
    PartyService.method.listAccounts,
    {
      ownerId: filters.owner,
      territoryId: filters.territory,
      industry: filters.industry,
      type: Number(filters.type ?? 0),
      country: filters.country,
      sourceKind: filters.source,
      parentId: filters.parent,
      query: filters.q,
      orderBy: filters.order,
    },
    (a) => a.accounts,
  );
  const add = (
    <Button type="primary" onClick={() => void create({})}>
      {t("accounts.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("accounts.title")}</h1>
        <span className="grow" />
        {mayWrite && add}
      </div>
      <FilterBar searched page="accounts" filters={useAccountFilters()} />
      <DataTable<Party>
        name="accounts"
        list={list}
        file="accounts"
        columns={useColumns()}
        rowKey={(p) => p.id}
        rowName={(p) => p.name}
        href={(p) => `/customers/${p.id}`}
        orderBy={filters.order ?? "create_time desc"}
        onOrder={(order) => set({ order })}
        bulk={mayWrite ? [{ key: "transfer", label: t("party.transfer"), prepare: transferMany }] : undefined}
        card={(p) => <AccountCard party={p} />}
        empty={{ title: t("accounts.none"), hint: t("accounts.noneHint"), action: mayWrite ? add : undefined }}
      />
      {dialog}
    </div>
  );
}

function useAccountFilters(): Filter[] {
  const { t } = useTranslation(["customers", "common"]);
  const { kind } = useWords();
  return [
    { key: "owner", label: t("common:list.owner"), kind: "member" },
    { key: "territory", label: t("common:list.territory"), kind: "territory" },
    { key: "industry", label: t("party.industry"), kind: "text" },
    { key: "type", label: t("party.type"), kind: "choice", options: useChoices(PartyTypeSchema) },
    { key: "country", label: t("party.country"), kind: "text" },
    {
      key: "source",
      label: t("common:list.source"),
      kind: "choice",
      options: SOURCES.map((s) => ({ value: s, label: kind(s) })),
    },
  ];
}

function useColumns(): Column<Party>[] {
  const { t } = useTranslation(["customers", "common"]);
  const { word } = useWords();
  const shared = useSharedColumns();
  return [
    {
      key: "name",
      title: t("party.name"),
      width: 220,
      render: (p) => (
        <Link to="/customers/$id" params={{ id: p.id }}>
          {p.name}
        </Link>
      ),
      field: "name",
      sort: { up: "name" },
    },
    shared.number(),
    {
      key: "phone",
      title: t("party.phone"),
      width: 150,
      render: (p) => <Phone number={p.phone} masked={isMasked(p, "phone")} />,
      field: "phone",
    },
    {
      key: "email",
      title: t("party.email"),
      width: 200,
      hidden: true,
      render: (p) => <Email address={p.email} masked={isMasked(p, "email")} />,
      field: "email",
    },
    { key: "industry", title: t("party.industry"), render: (p) => p.industry || "—", field: "industry" },
    {
      key: "type",
      title: t("party.type"),
      width: 80,
      hidden: true,
      render: (p) => word(PartyTypeSchema, p.type),
      field: "type",
    },
    {
      key: "country",
      title: t("party.country"),
      width: 90,
      hidden: true,
      render: (p) => p.country || "—",
      field: "country",
    },
    shared.owner(),
    shared.territory(),
    shared.source(),
    {
      key: "verified",
      title: t("party.verified"),
      width: 190,
      render: (p) =>
        p.lastVerificationTime ? (
          <span className="bar">
            <State of={VerificationOutcomeSchema} value={p.lastOutcome} />
            <When at={p.lastVerificationTime} />
          </span>
        ) : (
          "—"
        ),
      field: "lastVerificationTime",
    },
    shared.created({ hidden: true }),
  ];
}

function AccountCard({ party }: { party: Party }) {
  return (
    <>
      <div className="bar">
        <Link to="/customers/$id" params={{ id: party.id }}>
          <strong>{party.name}</strong>
        </Link>
        <span className="grow" />
        {party.phone && <Phone number={party.phone} masked={isMasked(party, "phone")} />}
      </div>
      <div className="hint">
        {[party.number, party.industry].filter(Boolean).join(" · ")} · <MemberName id={party.ownerId} />
      </div>
    </>
  );
}
