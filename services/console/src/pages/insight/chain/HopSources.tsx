import { useTranslation } from "react-i18next";
import { useWords } from "../../../blocks/words";
import { type HopFigures, HopOutcome } from "../../../gen/baton/insight/v1/funnel_pb";
import { Count, FigureTable } from "../figures";
import type { OpenFigure } from "./figure";

/** What the objects of each hop came from: one column for each kind of source. */
export function HopSources({ hops, onOpen }: { hops: HopFigures[]; onOpen: OpenFigure }) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const kinds = [...new Set(hops.flatMap((h) => h.sources.map((s) => s.sourceKind)))];
  const of = (hop: HopFigures, kind: string) => hop.sources.find((s) => s.sourceKind === kind)?.entered ?? 0n;
  return (
    <FigureTable
      name="chain-sources"
      label={t("chain.sources")}
      rows={hops.filter((h) => h.entered > 0n)}
      rowKey={(h) => h.kind}
      columns={[
        {
          key: "hop",
          title: t("chain.hop"),
          width: 120,
          render: (h) => words.kind(h.kind),
          text: (h) => words.kind(h.kind),
        },
        ...kinds.map((kind) => ({
          key: kind,
          title: words.kind(kind),
          align: "right" as const,
          width: 100,
          render: (h: HopFigures) => (
            <Count
              of={of(h, kind)}
              title={t("chain.fromSource", { kind: words.kind(h.kind), source: words.kind(kind) })}
              onOpen={() => onOpen({ kind: h.kind, outcome: HopOutcome.UNSPECIFIED, sources: [kind] })}
            />
          ),
          text: (h: HopFigures) => of(h, kind).toString(),
        })),
      ]}
    />
  );
}
