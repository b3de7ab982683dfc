import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { InlineEdit } from "../../blocks/InlineEdit";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Details, RecordPage } from "../../blocks/RecordPage";
import { Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  CommerceStateSchema,
  type Opportunity as Deal,
  LossReasonSchema,
  OpportunityState,
  OpportunityStateSchema,
  type StageVisit,
} from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import { day, percent } from "../../i18n/format";
import { DealLines } from "./DealLines";
import { useDealVerbs } from "./dealVerbs";
import { daysSince } from "./figures";
import { HandOverNotice, lookAgain, ReturnNotice } from "./HandOverNotice";
import { useProcesses } from "./processes";
import { StageBar } from "./StageBar";
import { StageVisits } from "./StageVisits";
import "./sales.css";

const { method } = OpportunityService;

/** A deal: what it is, where it stands, what may be done. */
export function Opportunity() {
  const { id = "" } = useParams({ strict: false });
  const found = useRead(method.getOpportunity, { id });
  const deal = found.data?.opportunity;
  if (deal) return <DealRecord deal={deal} />;
  return (
    <div className="page">
      {found.error ? <Failure error={found.error} retry={() => void found.refetch()} /> : <Waiting rows={10} />}
    </div>
  );
}

function DealRecord({ deal }: { deal: Deal }) {
  const { t } = useTranslation("sales");
  const of = { opportunityId: deal.id };
  const process = useProcesses().byId(deal.processId);
  const visits = useRead(method.listStageVisits, { ...of, pageSize: 200 }).data?.visits ?? [];
  const handoffs = useRead(method.listOpportunityHandoffs, of).data?.handoffs ?? [];
  const handOver = useHandOver(deal);
  const { verbs, dialog, sells, whyClosed, move, change, setLines } = useDealVerbs(deal, process);
  const able = sells && whyClosed === undefined;
  return (
    <>
      <RecordPage
        kind="OPPORTUNITY"
        id={deal.id}
        title={deal.name}
        number={deal.number}
        list={{ label: t("list.title"), to: "/opportunities" }}
        partyId={deal.partyId}
        handoffs={handoffs}
        verbs={verbs}
        state={
          <>
            <State of={OpportunityStateSchema} value={deal.state} />
            {deal.state === OpportunityState.WON && <State of={CommerceStateSchema} value={deal.commerceState} />}
          </>
        }
        notice={
          <>
            {process && <StageBar deal={deal} process={process} onMove={able ? move : undefined} />}
            <ReturnNotice handoffs={handoffs} />
            <HandOverNotice handOver={handOver} />
          </>
        }
        highlights={useHighlights(deal, visits, able, change)}
        tabs={[
          {
            key: "lines",
            label: t("deal.lines", { count: deal.lines.length }),
            children: <DealLines lines={deal.lines} total={deal.amount} able={sells} why={whyClosed} save={setLines} />,
          },
          { key: "stages", label: t("deal.stages"), children: <StageVisits visits={visits} /> },
          { key: "details", label: t("deal.details"), children: <DealDetails deal={deal} /> },
        ]}
      />
      {dialog}
    </>
  );
}

/** The last hand-over of a deal, looked at for as long as it goes on. */
function useHandOver(deal: Deal) {
  const asked = useRead(
    method.getHandOver,
    { opportunityId: deal.id },
    { enabled: deal.state === OpportunityState.WON, refetchInterval: (query) => lookAgain(query.state.data?.handOver) },
  );
  return asked.data?.handOver;
}

function useHighlights(
  deal: Deal,
  visits: StageVisit[],
  able: boolean,
  change: ReturnType<typeof useDealVerbs>["change"],
) {
  const { t } = useTranslation(["sales", "common"]);
  const at = visits.at(-1);
  const hasLines = deal.lines.length > 0;
  return [
    { label: t("deal.customer"), value: <ObjectName kind="ACCOUNT" id={deal.partyId} /> },
    {
      label: t("deal.amount"),
      value: (
        <InlineEdit
          kind="money"
          label={t("deal.amount")}
          value={deal.amount}
          able={able && !hasLines}
          save={(amount) => change({ amount })}
        >
          <Money of={deal.amount} />
        </InlineEdit>
      ),
    },
    { label: t("deal.probability"), value: <span className="num">{percent(deal.probabilityPercent / 100)}</span> },
    {
      label: t("deal.closing"),
      value: (
        <InlineEdit
          kind="day"
          label={t("deal.closing")}
          value={deal.expectedCloseDate}
          able={able}
          save={(expectedCloseDate) => change({ expectedCloseDate })}
        >
          <span className="num">{day(deal.expectedCloseDate) || "—"}</span>
        </InlineEdit>
      ),
    },
    deal.closeTime
      ? { label: t("deal.closed"), value: <When at={deal.closeTime} exact /> }
      : {
          label: t("deal.stageSince"),
          value: (
            <>
              {at?.stageName}
              {at?.enterTime && ` · ${t("board.days", { count: daysSince(at.enterTime) })}`}
            </>
          ),
        },
    { label: t("deal.owner"), value: <MemberName id={deal.ownerId} /> },
    ...(deal.creditId === deal.ownerId
      ? []
      : [{ label: t("common:list.credit"), value: <MemberName id={deal.creditId} /> }]),
  ];
}

function DealDetails({ deal }: { deal: Deal }) {
  const { t } = useTranslation("sales");
  const words = useWords();
  const process = useProcesses().byId(deal.processId);
  const rows = [
    { label: t("deal.contact"), value: deal.contactId && <ObjectName kind="CONTACT" id={deal.contactId} /> },
    { label: t("deal.process"), value: process?.name },
    { label: t("deal.territory"), value: <TerritoryName id={deal.territoryId} /> },
    { label: t("deal.source"), value: words.kind(deal.source?.kind ?? "") },
    { label: t("deal.created"), value: <When at={deal.createTime} exact /> },
    { label: t("deal.updated"), value: <When at={deal.updateTime} exact /> },
    ...(deal.state === OpportunityState.LOST
      ? [
          { label: t("deal.lossReason"), value: words.word(LossReasonSchema, deal.lossReason) },
          { label: t("deal.competitor"), value: deal.competitor },
        ]
      : []),
    { label: t("deal.description"), value: <span className="pre">{deal.description}</span> },
  ];
  return (
    <div className="stack">
      <div className="panel">
        <Details rows={rows} />
      </div>
      {deal.joinedLeads.length > 0 && (
        <section className="panel">
          <h2>{t("deal.joinedLeads")}</h2>
          <ul className="plain">
            {deal.joinedLeads.map((lead) => (
              <li key={lead.leadId} className="bar">
                <ObjectName kind="LEAD" id={lead.leadId} number />
                <span className="hint">
                  <MemberName id={lead.joinedById} /> <When at={lead.joinTime} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
