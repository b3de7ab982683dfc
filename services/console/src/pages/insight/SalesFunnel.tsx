import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { useFilters } from "../../blocks/Filters";
import { useWords } from "../../blocks/words";
import type { StageFunnel } from "../../gen/baton/sales/v1/funnel_pb";
import { FunnelService } from "../../gen/baton/sales/v1/funnel_service_pb";
import { OpportunityStateSchema, VisitOutcomeSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import { ProcessService } from "../../gen/baton/sales/v1/process_service_pb";
import { FunnelPage, useFigure, useFunnel } from "./FunnelPage";
import { DealTiles } from "./sales/DealTiles";
import { FunnelDeals } from "./sales/FunnelDeals";
import { FunnelVisits } from "./sales/FunnelVisits";
import { readFigure, type SalesFigure, writeFigure } from "./sales/figure";
import { Quarters } from "./sales/Quarters";
import { StageChart } from "./sales/StageChart";
import { StageTable } from "./sales/StageTable";

/** Where the deals of a sales process are held up and lost. */
export function SalesFunnel() {
  const { t } = useTranslation("insight");
  const [{ process: processId }] = useFilters();
  const processes = useRead(ProcessService.method.listProcesses, { pageSize: 200 }).data?.processes ?? [];
  const { asked, answer, earlier, ...read } = useFunnel(FunnelService.method.getStageFunnel, (about) => ({
    ...about,
    processId,
  }));
  const { figure, open } = useFigure(readFigure, writeFigure);
  const title = useTitle(figure, answer?.funnel);
  const funnel = answer?.funnel;
  const was = earlier?.funnel;
  const process = processes.find((p) => p.id === funnel?.processId);
  const any = funnel?.stages.some((s) => s.entered > 0n);
  return (
    <FunnelPage
      name="sales-funnel"
      title={[t("stages.title"), process?.name].filter(Boolean).join(" · ")}
      intro={t("stages.intro")}
      filters={[
        {
          key: "process",
          label: t("stages.process"),
          kind: "choice",
          options: processes.map((p) => ({ value: p.id, label: p.name })),
        },
      ]}
      funnel={{ answer, ...read }}
      none={any ? undefined : { title: t("stages.none"), hint: t("stages.noneHint") }}
      how={[
        t("stages.how.visits"),
        t("stages.how.sum"),
        t("stages.how.rates"),
        t("stages.how.time"),
        t("stages.how.cycle"),
        t("stages.how.credit"),
        t("stages.how.rights"),
      ]}
      records={{
        title,
        shown:
          figure &&
          (figure.of === "visits" ? (
            <FunnelVisits asked={asked} figure={figure} />
          ) : (
            <FunnelDeals asked={asked} figure={figure} />
          )),
      }}
    >
      {funnel && (
        <>
          {funnel.deals && <DealTiles deals={funnel.deals} was={was?.deals} onOpen={open} />}
          <StageChart funnel={funnel} onOpen={open} />
          <StageTable funnel={funnel} was={was} onOpen={open} />
          {funnel.deals && <Quarters quarters={funnel.deals.wonByQuarter} onOpen={open} />}
        </>
      )}
    </FunnelPage>
  );
}

/** What a figure counts, in words. */
function useTitle(figure: SalesFigure | undefined, funnel: StageFunnel | undefined): string {
  const { t } = useTranslation("insight");
  const words = useWords();
  if (!figure) return "";
  if (figure.of === "deals") {
    const closed = figure.closedFrom && `${figure.closedFrom} – ${figure.closedTo}`;
    return [t("stages.deals"), words.word(OpportunityStateSchema, figure.state), closed].filter(Boolean).join(" · ");
  }
  const stage = funnel?.stages.find((s) => s.stageId === figure.stageId)?.name;
  const ends = figure.outcomes.map((o) => words.word(VisitOutcomeSchema, o)).join(t("trace.comma"));
  return [stage, ends].filter(Boolean).join(" · ");
}
