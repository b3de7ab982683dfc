import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { useSharedColumns } from "../../../blocks/columns";
import { DataTable } from "../../../blocks/DataTable";
import { Money } from "../../../blocks/Money";
import { RecordLink } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { State, useWords } from "../../../blocks/words";
import { FunnelService } from "../../../gen/baton/sales/v1/funnel_service_pb";
import { type Opportunity, OpportunityStateSchema } from "../../../gen/baton/sales/v1/opportunity_pb";
import type { Asked } from "./FunnelVisits";
import type { DealFigure } from "./figure";

/** The deals that a figure about deals counts. */
export function FunnelDeals({ asked, figure }: { asked: Asked; figure: DealFigure }) {
  const { t } = useTranslation(["insight", "common"]);
  const words = useWords();
  const shared = useSharedColumns();
  const list = useList(
    FunnelService.method.listFunnelOpportunities,
    {
      ...asked,
      state: figure.state,
      closedFromDate: figure.closedFrom,
      closedToDate: figure.closedTo,
      timed: figure.timed,
    },
    (a) => a.opportunities,
  );
  const title = (o: Opportunity) => (
    <>
      <RecordLink kind="OPPORTUNITY" id={o.id}>
        {o.name}
      </RecordLink>{" "}
      <span className="hint num">{o.number}</span>
    </>
  );
  return (
    <DataTable<Opportunity>
      name="funnel-deals"
      list={list}
      file="funnels/stages/opportunities"
      rowKey={(o) => o.id}
      rowName={(o) => o.name}
      href={(o) => `/opportunities/${o.id}`}
      columns={[
        {
          key: "deal",
          title: t("stages.deal"),
          width: 240,
          render: title,
          field: ["number", "name"],
        },
        {
          key: "state",
          title: t("common:list.state"),
          width: 100,
          render: (o) => <State of={OpportunityStateSchema} value={o.state} />,
          field: "state",
        },
        shared.party(words.kind("ACCOUNT")),
        {
          key: "amount",
          title: t("chain.amount"),
          width: 140,
          align: "right",
          render: (o) => <Money of={o.amount} />,
          field: ["amount", "amount.currencyCode"],
        },
        shared.credit(),
        shared.created(),
      ]}
      card={(o) => (
        <div className="stack" style={{ gap: 4 }}>
          <strong>{title(o)}</strong>
          <span className="bar">
            <State of={OpportunityStateSchema} value={o.state} /> <Money of={o.amount} />
          </span>
          <span className="hint">
            <MemberName id={o.creditId} />
          </span>
        </div>
      )}
      empty={{ title: t("figure.none") }}
    />
  );
}
