import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { useSharedColumns } from "../../../blocks/columns";
import { DataTable } from "../../../blocks/DataTable";
import { Money } from "../../../blocks/Money";
import { RecordLink } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { When } from "../../../blocks/When";
import { NodeState, State, useWords } from "../../../blocks/words";
import { type ChainFunnelObject, HopOutcomeSchema } from "../../../gen/baton/insight/v1/funnel_pb";
import { ChainFunnelService } from "../../../gen/baton/insight/v1/funnel_service_pb";
import { span } from "../../../i18n/format";
import type { HopFigure } from "./figure";

interface Props {
  asked: { fromDate: string; toDate: string; ownerId?: string; territoryId?: string };
  figure: HopFigure;
}

/** The objects that a figure of the chain counts. */
export function ChainObjects({ asked, figure }: Props) {
  const { t } = useTranslation(["insight", "common"]);
  const words = useWords();
  const shared = useSharedColumns();
  const list = useList(
    ChainFunnelService.method.listChainFunnelObjects,
    {
      ...asked,
      kind: figure.kind,
      outcomes: figure.outcome ? [figure.outcome] : [],
      sourceKinds: figure.sources,
    },
    (a) => a.objects,
  );
  return (
    <DataTable<ChainFunnelObject>
      name="chain-objects"
      list={list}
      file={{ of: `funnels/chain/${figure.kind}/objects`, says: ["kind"] }}
      rowKey={(o) => o.id}
      rowName={(o) => o.title || o.number}
      columns={[
        {
          key: "object",
          title: words.kind(figure.kind),
          width: 220,
          render: (o) => <ObjectOf of={o} />,
          field: ["number", "title"],
        },
        {
          key: "outcome",
          title: t("chain.outcome"),
          width: 120,
          render: (o) => <State of={HopOutcomeSchema} value={o.outcome} />,
          field: "outcome",
        },
        {
          key: "state",
          title: t("common:list.state"),
          width: 110,
          render: (o) => <NodeState kind={o.kind} state={o.state} />,
          field: "state",
        },
        {
          key: "amount",
          title: t("chain.amount"),
          width: 130,
          align: "right",
          render: (o) => <Money of={o.amount} />,
          field: ["amount", "amount.currencyCode"],
        },
        shared.credit(),
        shared.source(),
        {
          key: "enter",
          title: t("chain.enterTime"),
          width: 120,
          render: (o) => <When at={o.enterTime} />,
          field: "enterTime",
        },
        {
          key: "move",
          title: t("chain.meanMoveS"),
          width: 100,
          align: "right",
          render: (o) => (o.moveS === undefined ? "—" : span(o.moveS)),
          field: "moveS",
        },
      ]}
      card={(o) => (
        <div className="stack" style={{ gap: 4 }}>
          <strong>
            <ObjectOf of={o} />
          </strong>
          <span className="bar">
            <State of={HopOutcomeSchema} value={o.outcome} />
            <NodeState kind={o.kind} state={o.state} />
            <Money of={o.amount} />
          </span>
          <span className="hint">
            <MemberName id={o.creditId} /> · <When at={o.enterTime} />
          </span>
        </div>
      )}
      empty={{ title: t("figure.none") }}
    />
  );
}

function ObjectOf({ of }: { of: ChainFunnelObject }) {
  const { t } = useTranslation();
  const words = useWords();
  if (!of.number && !of.title) {
    return <span className="hint">{t("record.closed", { kind: words.kind(of.kind) })}</span>;
  }
  return (
    <>
      <RecordLink kind={of.kind} id={of.id}>
        {of.title || of.number}
      </RecordLink>{" "}
      <span className="hint num">{of.title && of.number}</span>
    </>
  );
}
