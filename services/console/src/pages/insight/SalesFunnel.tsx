import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { useWords } from "../../blocks/words";
import type { StageFunnel } from "../../gen/baton/sales/v1/funnel_pb";
import { FunnelService } from "../../gen/baton/sales/v1/funnel_service_pb";
import { OpportunityStateSchema, VisitOutcomeSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import { ProcessService } from "../../gen/baton/sales/v1/process_service_pb";
import { HowCounted, RecordsDrawer } from "./figures";
import "./insight.css";
import { ComparedWith, PeriodPick, usePeriod } from "./Period";
import type { Period } from "./periods";
import { DealTiles } from "./sales/DealTiles";
import { FunnelDeals } from "./sales/FunnelDeals";
import { FunnelVisits } from "./sales/FunnelVisits";
import { readFigure, type SalesFigure, writeFigure } from "./sales/figure";
import { Quarters } from "./sales/Quarters";
import { StageChart } from "./sales/StageChart";
import { StageTable } from "./sales/StageTable";

/** Where the deals of a sales process are held up and lost. */
export function SalesFunnel() {
  const { t } = useTranslation(["insight", "common"]);
  const [filters, set] = useFilters();
  const { period, compared } = usePeriod();
  const processes = useRead(ProcessService.method.listProcesses, { pageSize: 200 }).data?.processes ?? [];
  const asked = (of: Period) => ({
    processId: filters.process,
    fromDate: of.from,
    toDate: of.to,
    ownerId: filters.owner,
    territoryId: filters.territory,
  });
  const { data, error, refetch } = useRead(FunnelService.method.getStageFunnel, asked(period));
  const earlier = useRead(FunnelService.method.getStageFunnel, asked(compared ?? period), {
    enabled: compared !== undefined,
  });
  const figure = readFigure(filters.figure);
  const open = (f: SalesFigure) => set({ figure: writeFigure(f) });
  const funnel = data?.funnel;
  const was = compared && earlier.data?.funnel;
  const process = processes.find((p) => p.id === funnel?.processId);
  const any = funnel?.stages.some((s) => s.entered > 0n);
  return (
    <div className="page">
      <h1>
        {t("stages.title")}
        {process && ` · ${process.name}`}
      </h1>
      <p className="hint">
        {t("stages.intro")} {data && t("figure.asOf")} {data && <When at={data.asOfTime} exact />}
        {compared && " · "}
        <ComparedWith period={compared} />
      </p>
      <div className="bar">
        <PeriodPick />
        <FilterBar
          page="sales-funnel"
          filters={[
            {
              key: "process",
              label: t("stages.process"),
              kind: "choice",
              options: processes.map((p) => ({ value: p.id, label: p.name })),
            },
            { key: "from", label: t("period.from"), kind: "day" },
            { key: "to", label: t("period.to"), kind: "day" },
            { key: "owner", label: t("common:list.owner"), kind: "member" },
            { key: "territory", label: t("common:list.territory"), kind: "territory" },
          ]}
        />
      </div>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting rows={10} />}
      {funnel && !any && <Empty title={t("stages.none")} hint={t("stages.noneHint")} />}
      {funnel && any && (
        <>
          {funnel.deals && <DealTiles deals={funnel.deals} was={was?.deals} onOpen={open} />}
          <StageChart funnel={funnel} onOpen={open} />
          <StageTable funnel={funnel} was={was} onOpen={open} />
          {funnel.deals && <Quarters quarters={funnel.deals.wonByQuarter} onOpen={open} />}
          <HowCounted
            sentences={[
              t("stages.how.visits"),
              t("stages.how.sum"),
              t("stages.how.rates"),
              t("stages.how.time"),
              t("stages.how.cycle"),
              t("stages.how.rights"),
            ]}
          />
        </>
      )}
      <RecordsDrawer
        open={figure !== undefined}
        onClose={() => set({ figure: undefined })}
        title={useTitle(figure, funnel)}
      >
        {figure?.of === "visits" && <FunnelVisits asked={asked(period)} figure={figure} />}
        {figure?.of === "deals" && <FunnelDeals asked={asked(period)} figure={figure} />}
      </RecordsDrawer>
    </div>
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
