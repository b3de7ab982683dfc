import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../../api/me";
import { BESIDE, RelatedList } from "../../../blocks/RelatedList";
import { State } from "../../../blocks/words";
import { ContractStateSchema } from "../../../gen/baton/commerce/v1/contract_pb";
import { ContractService } from "../../../gen/baton/commerce/v1/contract_service_pb";
import { OrderStateSchema } from "../../../gen/baton/commerce/v1/order_pb";
import { OrderService } from "../../../gen/baton/commerce/v1/order_service_pb";
import type { Party } from "../../../gen/baton/customer/v1/party_pb";
import { LeadQualitySchema } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import { OpportunityStateSchema } from "../../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../../gen/baton/sales/v1/opportunity_service_pb";
import { ProjectStateSchema } from "../../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../../gen/baton/sales/v1/project_service_pb";

const beside = (enabled: boolean) => ({ pageSize: BESIDE, enabled });

/** What is going on with a customer, along the chain: as much of it as the reader may see. */
export function Business({ party }: { party: Party }) {
  const me = useMe();
  const firm = useFirm();
  const reads = (...duties: Duty[]) => duties.some((d) => me.can(d, Access.READ));
  return (
    <>
      {reads(Duty.SALES, Duty.COMMERCE) && <Opportunities partyId={party.id} />}
      {reads(Duty.COMMERCE) && <Orders partyId={party.id} />}
      {reads(Duty.COMMERCE) && firm?.contractsEnabled !== false && <Contracts partyId={party.id} />}
      {reads(Duty.SALES, Duty.MARKETING, Duty.COMMERCE) && firm?.projectsEnabled !== false && (
        <Projects partyId={party.id} />
      )}
      {reads(Duty.MARKETING, Duty.ROUTING, Duty.SALES) && firm?.leadsEnabled !== false && <Leads partyId={party.id} />}
    </>
  );
}

interface Of {
  partyId: string;
}

function Leads({ partyId }: Of) {
  const { t } = useTranslation("common");
  const list = useList(LeadService.method.listLeads, { partyId }, (a) => a.leads, beside(partyId !== ""));
  const rows = list.rows.map((l) => ({ ...l, state: <State of={LeadQualitySchema} value={l.quality} /> }));
  return <RelatedList title={t("nav.leads")} kind="LEAD" list={list} rows={rows} />;
}

function Opportunities({ partyId }: Of) {
  const { t } = useTranslation("common");
  const method = OpportunityService.method.listOpportunities;
  const list = useList(method, { partyId }, (a) => a.opportunities, beside(partyId !== ""));
  const rows = list.rows.map((o) => ({
    ...o,
    title: o.name,
    state: <State of={OpportunityStateSchema} value={o.state} />,
  }));
  return <RelatedList title={t("nav.opportunities")} kind="OPPORTUNITY" list={list} rows={rows} />;
}

function Projects({ partyId }: Of) {
  const { t } = useTranslation("common");
  const list = useList(ProjectService.method.listProjects, { partyId }, (a) => a.projects, beside(partyId !== ""));
  const rows = list.rows.map((p) => ({
    ...p,
    title: p.name,
    state: <State of={ProjectStateSchema} value={p.state} />,
  }));
  return <RelatedList title={t("nav.projects")} kind="PROJECT" list={list} rows={rows} />;
}

function Contracts({ partyId }: Of) {
  const { t } = useTranslation("common");
  const list = useList(ContractService.method.listContracts, { partyId }, (a) => a.contracts, beside(partyId !== ""));
  const rows = list.rows.map((c) => ({
    ...c,
    amount: c.total,
    state: <State of={ContractStateSchema} value={c.state} />,
  }));
  return <RelatedList title={t("nav.contracts")} kind="CONTRACT" list={list} rows={rows} />;
}

function Orders({ partyId }: Of) {
  const { t } = useTranslation("common");
  const list = useList(OrderService.method.listOrders, { partyId }, (a) => a.orders, beside(partyId !== ""));
  const rows = list.rows.map((o) => ({
    ...o,
    amount: o.total,
    state: <State of={OrderStateSchema} value={o.state} />,
  }));
  return <RelatedList title={t("nav.orders")} kind="ORDER" list={list} rows={rows} />;
}
