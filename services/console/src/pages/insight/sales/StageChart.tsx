import { Grid } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "../../../charts/Chart";
import { useInk } from "../../../charts/ink";
import { stageBars, stageBarsHeight } from "../../../charts/stageBars";
import type { StageFunnel } from "../../../gen/baton/sales/v1/funnel_pb";
import { VisitOutcome } from "../../../gen/baton/sales/v1/opportunity_pb";
import { share } from "../figures";
import type { OpenFigure } from "./figure";

/** All ways in which a visit of a stage ends. */
export const ENDED = [VisitOutcome.MOVED_ON, VisitOutcome.MOVED_BACK, VisitOutcome.WON, VisitOutcome.LOST];

/** What a press on a bar opens. */
const OUTCOMES: Record<string, VisitOutcome[]> = {
  entered: [],
  days: ENDED,
  lost: [VisitOutcome.LOST],
  won: [VisitOutcome.WON],
};

/** The stages of a sales process as three columns of bars. */
export function StageChart({ funnel, onOpen }: { funnel: StageFunnel; onOpen: OpenFigure }) {
  const { t, i18n } = useTranslation("insight");
  const ink = useInk();
  const narrow = !(Grid.useBreakpoint().md ?? true);
  // Words follow the language.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const option = useMemo(() => {
    const stages = funnel.stages.map((s) => ({
      name: s.name,
      entered: Number(s.entered),
      days: s.medianDwellD === undefined ? undefined : Number(s.medianDwellD),
      lost: share(s.lossRateBp),
      won: share(s.winRateBp),
      bottleneck: s.stageId === funnel.bottleneckStageId,
    }));
    const said = { entered: t("stages.entered"), days: t("stages.days"), lost: t("stages.loss"), won: t("stages.win") };
    return stageBars(stages, said, ink, narrow);
  }, [funnel, ink, narrow, i18n.language]);
  return (
    <section className="panel">
      <Chart
        option={option}
        height={stageBarsHeight(funnel.stages.length, narrow)}
        label={t("stages.chart")}
        onPick={({ seriesId, index }) => {
          const stage = funnel.stages[index];
          if (stage) onOpen({ of: "visits", stageId: stage.stageId, outcomes: OUTCOMES[seriesId] ?? [] });
        }}
      />
      <p className="hint">{t("stages.sign")}</p>
    </section>
  );
}
