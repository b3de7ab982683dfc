import { Grid } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useWords } from "../../../blocks/words";
import { Chart } from "../../../charts/Chart";
import { useInk } from "../../../charts/ink";
import { stageBars, stageBarsHeight } from "../../../charts/stageBars";
import { type ChainFunnel, HopOutcome } from "../../../gen/baton/insight/v1/funnel_pb";
import { inDays, share } from "../figures";
import type { OpenFigure } from "./figure";

/** What a press on a bar opens. */
const OUTCOMES: Record<string, HopOutcome> = {
  entered: HopOutcome.UNSPECIFIED,
  days: HopOutcome.MOVED_ON,
  lost: HopOutcome.LOST,
  won: HopOutcome.MOVED_ON,
};

/** The hops of the chain as three columns of bars. */
export function HopChart({ funnel, onOpen }: { funnel: ChainFunnel; onOpen: OpenFigure }) {
  const { t, i18n } = useTranslation("insight");
  const words = useWords();
  const ink = useInk();
  const narrow = !(Grid.useBreakpoint().md ?? true);
  // Words follow the language.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const option = useMemo(() => {
    const stages = funnel.hops.map((h) => ({
      name: words.kind(h.kind),
      entered: Number(h.entered),
      days: inDays(h.meanMoveS),
      lost: share(h.lossRateBp),
      won: share(h.conversionRateBp),
      bottleneck: h.kind === funnel.bottleneckKind,
    }));
    const said = { entered: t("chain.entered"), days: t("chain.days"), lost: t("chain.loss"), won: t("chain.rate") };
    return stageBars(stages, said, ink, narrow);
  }, [funnel, ink, narrow, i18n.language]);
  return (
    <section className="panel">
      <Chart
        option={option}
        height={stageBarsHeight(funnel.hops.length, narrow)}
        label={t("chain.chart")}
        onPick={({ seriesId, index }) => {
          const hop = funnel.hops[index];
          if (hop) onOpen({ kind: hop.kind, outcome: OUTCOMES[seriesId] ?? HopOutcome.UNSPECIFIED, sources: [] });
        }}
      />
      <p className="hint">{t("chain.sign")}</p>
    </section>
  );
}
