import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { useWords } from "../../blocks/words";
import { HopOutcome, HopOutcomeSchema } from "../../gen/baton/insight/v1/funnel_pb";
import { ChainFunnelService } from "../../gen/baton/insight/v1/funnel_service_pb";
import { span } from "../../i18n/format";
import { ChainObjects } from "./chain/ChainObjects";
import { readFigure, writeFigure } from "./chain/figure";
import { HopChart } from "./chain/HopChart";
import { HopSources } from "./chain/HopSources";
import { HopTable } from "./chain/HopTable";
import { HowCounted, RecordsDrawer, rate, Tile } from "./figures";
import "./insight.css";
import { ComparedWith, PeriodPick, usePeriod } from "./Period";
import type { Period } from "./periods";

/** Where the chain from lead to order holds things up, and where it loses them. */
export function ChainFunnel() {
  const { t } = useTranslation(["insight", "common"]);
  const words = useWords();
  const [filters, set] = useFilters();
  const { period, compared } = usePeriod();
  const asked = (of: Period) => ({
    fromDate: of.from,
    toDate: of.to,
    ownerId: filters.owner,
    territoryId: filters.territory,
  });
  const { data, error, refetch } = useRead(ChainFunnelService.method.getChainFunnel, asked(period));
  const earlier = useRead(ChainFunnelService.method.getChainFunnel, asked(compared ?? period), {
    enabled: compared !== undefined,
  });
  const figure = readFigure(filters.figure);
  const open = (f: Parameters<typeof writeFigure>[0]) => set({ figure: writeFigure(f) });
  const funnel = data?.funnel;
  const was = compared && earlier.data?.funnel;
  const hops = funnel?.hops ?? [];
  return (
    <div className="page">
      <h1>{t("chain.title")}</h1>
      <p className="hint">
        {t("chain.intro")} {data && t("figure.asOf")} {data && <When at={data.asOfTime} exact />}
        {compared && " · "}
        <ComparedWith period={compared} />
      </p>
      <div className="bar">
        <PeriodPick />
        <FilterBar
          page="chain-funnel"
          filters={[
            { key: "from", label: t("period.from"), kind: "day" },
            { key: "to", label: t("period.to"), kind: "day" },
            { key: "owner", label: t("common:list.owner"), kind: "member" },
            { key: "territory", label: t("common:list.territory"), kind: "territory" },
          ]}
        />
      </div>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting rows={10} />}
      {funnel && hops.every((h) => h.entered === 0n) && <Empty title={t("chain.none")} hint={t("chain.noneHint")} />}
      {funnel && hops.some((h) => h.entered > 0n) && (
        <>
          <Headlines funnel={funnel} />
          <HopChart funnel={funnel} onOpen={open} />
          <HopTable funnel={funnel} was={was} onOpen={open} />
          <HopSources hops={hops} onOpen={open} />
          <HowCounted
            sentences={[
              t("chain.how.enter"),
              t("chain.how.sum"),
              t("chain.how.rates"),
              t("chain.how.time"),
              t("chain.how.rights"),
            ]}
          />
        </>
      )}
      <RecordsDrawer
        open={figure !== undefined}
        onClose={() => set({ figure: undefined })}
        title={[
          words.kind(figure?.kind ?? ""),
          words.word(HopOutcomeSchema, figure?.outcome ?? HopOutcome.UNSPECIFIED),
          (figure?.sources ?? []).map(words.kind).join(t("trace.comma")),
        ]
          .filter(Boolean)
          .join(" · ")}
      >
        {figure && <ChainObjects asked={asked(period)} figure={figure} />}
      </RecordsDrawer>
    </div>
  );
}

type Funnel = Parameters<typeof HopTable>[0]["funnel"];

function Headlines({ funnel }: { funnel: Funnel }) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const hop = (kind: string) => funnel.hops.find((h) => h.kind === kind);
  const slowest = hop(funnel.bottleneckKind);
  const leak = hop(funnel.leakKind);
  return (
    <div className="tiles small">
      <Tile label={t("chain.bottleneck")} hint={slowest && t("chain.bottleneckHint")}>
        {slowest ? `${words.kind(slowest.kind)} · ${span(slowest.meanMoveS ?? 0n)}` : "—"}
      </Tile>
      <Tile label={t("chain.leak")} hint={leak && t("chain.leakHint")}>
        {leak ? `${words.kind(leak.kind)} · ${rate(leak.lossRateBp)}` : "—"}
      </Tile>
    </div>
  );
}
