import { useTranslation } from "react-i18next";
import type { Opportunity } from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityState } from "../../gen/baton/sales/v1/opportunity_pb";
import type { Process } from "../../gen/baton/sales/v1/process_pb";
import { percent } from "../../i18n/format";

interface Props {
  deal: Opportunity;
  process: Process;
  /** Moves the deal; left out, the stages are only shown. */
  onMove?: (stageId: string) => void;
}

const ENDS: Partial<Record<OpportunityState, string>> = {
  [OpportunityState.WON]: " won",
  [OpportunityState.LOST]: " lost",
};

/** The stages of a deal in order: where it stands, and a click to any other, forward, back or over some. */
export function StageBar({ deal, process, onMove }: Props) {
  const { t } = useTranslation("sales");
  const at = process.stages.findIndex((s) => s.id === deal.stageId);
  return (
    <nav aria-label={t("deal.stages")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <ol tabIndex={0} className="stage-bar">
        {process.stages.map((stage, i) => {
          const look = i === at ? `stage now${ENDS[deal.state] ?? ""}` : i < at ? "stage past" : "stage";
          const chance = percent(stage.probabilityPercent / 100);
          return (
            <li key={stage.id} aria-current={i === at ? "step" : undefined}>
              {onMove && i !== at ? (
                <button
                  type="button"
                  className={look}
                  title={t("move.to", { stage: stage.name })}
                  onClick={() => onMove(stage.id)}
                >
                  {stage.name} <span className="num">{chance}</span>
                </button>
              ) : (
                <span className={look}>
                  {stage.name} <span className="num">{chance}</span>
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
