import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { useSharedColumns } from "../../../blocks/columns";
import { DataTable } from "../../../blocks/DataTable";
import { ObjectName } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { When } from "../../../blocks/When";
import { State } from "../../../blocks/words";
import { FunnelService } from "../../../gen/baton/sales/v1/funnel_service_pb";
import { type StageVisit, VisitOutcomeSchema } from "../../../gen/baton/sales/v1/opportunity_pb";
import { span } from "../../../i18n/format";
import type { Asked as AskedOfAll } from "../FunnelPage";
import type { VisitFigure } from "./figure";

/** What the funnel was asked for. */
export interface Asked extends AskedOfAll {
  processId?: string;
}

/** The visits that a figure of a stage counts. */
export function FunnelVisits({ asked, figure }: { asked: Asked; figure: VisitFigure }) {
  const { t } = useTranslation("insight");
  const { stageId, outcomes } = figure;
  const shared = useSharedColumns();
  const list = useList(FunnelService.method.listFunnelVisits, { ...asked, stageId, outcomes }, (a) => a.visits);
  const dwell = (v: StageVisit) => (v.dwellS === undefined ? "—" : span(v.dwellS));
  return (
    <DataTable<StageVisit>
      name="stage-visits"
      list={list}
      file={{ of: `funnels/stages/${stageId}/visits`, says: ["stageId"] }}
      rowKey={(v) => v.id}
      rowName={(v) => v.stageName}
      columns={[
        {
          key: "deal",
          title: t("stages.deal"),
          width: 260,
          render: (v) => <ObjectName kind="OPPORTUNITY" id={v.opportunityId} number />,
          field: "opportunity",
        },
        {
          key: "outcome",
          title: t("stages.outcome"),
          width: 110,
          render: (v) => <State of={VisitOutcomeSchema} value={v.outcome} />,
          field: "outcome",
        },
        { key: "dwell", title: t("stages.dwell"), width: 100, align: "right", render: dwell, field: "dwellS" },
        {
          key: "enter",
          title: t("stages.enterTime"),
          width: 120,
          render: (v) => <When at={v.enterTime} />,
          field: "enterTime",
        },
        {
          key: "leave",
          title: t("stages.leaveTime"),
          width: 120,
          render: (v) => <When at={v.leaveTime} />,
          field: "leaveTime",
        },
        {
          key: "by",
          title: t("stages.leftBy"),
          width: 100,
          render: (v) => <MemberName id={v.leftById} />,
          field: "leftBy",
        },
        shared.credit(),
      ]}
      card={(v) => (
        <div className="stack" style={{ gap: 4 }}>
          <strong>
            <ObjectName kind="OPPORTUNITY" id={v.opportunityId} number />
          </strong>
          <span className="bar">
            <State of={VisitOutcomeSchema} value={v.outcome} /> {dwell(v)}
          </span>
          <span className="hint">
            <MemberName id={v.creditId} /> · <When at={v.enterTime} />
          </span>
        </div>
      )}
      empty={{ title: t("figure.none") }}
    />
  );
}
