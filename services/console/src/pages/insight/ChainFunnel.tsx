import { useTranslation } from "react-i18next";
import { useWords } from "../../blocks/words";
import { HopOutcomeSchema } from "../../gen/baton/insight/v1/funnel_pb";
import { ChainFunnelService } from "../../gen/baton/insight/v1/funnel_service_pb";
import { span } from "../../i18n/format";
import { ChainObjects } from "./chain/ChainObjects";
import { readFigure, writeFigure } from "./chain/figure";
import { HopChart } from "./chain/HopChart";
import { HopSources } from "./chain/HopSources";
import { HopTable } from "./chain/HopTable";
import { FunnelPage, useFigure, useFunnel } from "./FunnelPage";
import { rate, Tile } from "./figures";

/** Where the chain from lead to order holds things up, and where it loses them. */
export function ChainFunnel() {
  const { t } = useTranslation("insight");
  const words = useWords();
  const { asked, answer, earlier, ...read } = useFunnel(ChainFunnelService.method.getChainFunnel, (about) => about);
  const { figure, open } = useFigure(readFigure, writeFigure);
  const funnel = answer?.funnel;
  const hops = funnel?.hops ?? [];
  const title = figure && [
    words.kind(figure.kind),
    words.word(HopOutcomeSchema, figure.outcome),
    figure.sources.map(words.kind).join(t("trace.comma")),
  ];
  return (
    <FunnelPage
      name="chain-funnel"
      title={t("chain.title")}
      intro={t("chain.intro")}
      funnel={{ answer, ...read }}
      none={hops.some((h) => h.entered > 0n) ? undefined : { title: t("chain.none"), hint: t("chain.noneHint") }}
      how={[
        t("chain.how.enter"),
        t("chain.how.sum"),
        t("chain.how.rates"),
        t("chain.how.time"),
        t("chain.how.credit"),
        t("chain.how.rights"),
      ]}
      records={{
        title: title?.filter(Boolean).join(" · ") ?? "",
        shown: figure && <ChainObjects asked={asked} figure={figure} />,
      }}
    >
      {funnel && (
        <>
          <Headlines funnel={funnel} />
          <HopChart funnel={funnel} onOpen={open} />
          <HopTable funnel={funnel} was={earlier?.funnel} onOpen={open} />
          <HopSources hops={hops} onOpen={open} />
        </>
      )}
    </FunnelPage>
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
