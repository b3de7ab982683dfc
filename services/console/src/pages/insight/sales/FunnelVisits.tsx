import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { useFirm } from "../../../api/me";
import { useMembers } from "../../../api/names";
import { DataTable } from "../../../blocks/DataTable";
import { ObjectName } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { When } from "../../../blocks/When";
import { State, useWords } from "../../../blocks/words";
import { FunnelService } from "../../../gen/baton/sales/v1/funnel_service_pb";
import { type StageVisit, VisitOutcomeSchema } from "../../../gen/baton/sales/v1/opportunity_pb";
import { moment, span } from "../../../i18n/format";
import type { Asked as AskedOfAll } from "../FunnelPage";
import type { VisitFigure } from "./figure";

/** What the funnel was asked for. */
export interface Asked extends AskedOfAll {
  processId?: string;
}

/** The visits that a figure of a stage counts. */
export function FunnelVisits({ asked, figure }: { asked: Asked; figure: VisitFigure }) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const { name } = useMembers();
  const zone = useFirm()?.timeZone;
  const { stageId, outcomes } = figure;
  const list = useList(FunnelService.method.listFunnelVisits, { ...asked, stageId, outcomes }, (a) => a.visits);
  const dwell = (v: StageVisit) => (v.dwellS === undefined ? "—" : span(v.dwellS));
  return (
    <DataTable<StageVisit>
      name="stage-visits"
      list={list}
      rowKey={(v) => v.id}
      rowName={(v) => v.stageName}
      columns={[
        {
          key: "deal",
          title: t("stages.deal"),
          width: 260,
          render: (v) => <ObjectName kind="OPPORTUNITY" id={v.opportunityId} number />,
          text: (v) => v.opportunityId,
        },
        {
          key: "outcome",
          title: t("stages.outcome"),
          width: 110,
          render: (v) => <State of={VisitOutcomeSchema} value={v.outcome} />,
          text: (v) => words.word(VisitOutcomeSchema, v.outcome),
        },
        { key: "dwell", title: t("stages.dwell"), width: 100, align: "right", render: dwell, text: dwell },
        {
          key: "enter",
          title: t("stages.enterTime"),
          width: 120,
          render: (v) => <When at={v.enterTime} />,
          text: (v) => moment(v.enterTime, zone),
        },
        {
          key: "leave",
          title: t("stages.leaveTime"),
          width: 120,
          render: (v) => <When at={v.leaveTime} />,
          text: (v) => moment(v.leaveTime, zone),
        },
        {
          key: "by",
          title: t("stages.leftBy"),
          width: 100,
          render: (v) => <MemberName id={v.leftById} />,
          text: (v) => name(v.leftById),
        },
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
            <When at={v.enterTime} />
          </span>
        </div>
      )}
      empty={{ title: t("figure.none") }}
    />
  );
}
