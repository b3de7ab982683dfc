import type { VisitOutcome } from "../../../gen/baton/sales/v1/opportunity_pb";
import {
  type OpportunityState,
  OpportunityStateSchema,
  VisitOutcomeSchema,
} from "../../../gen/baton/sales/v1/opportunity_pb";

/** Visits of a stage by how they ended; none for all. */
export interface VisitFigure {
  of: "visits";
  stageId: string;
  outcomes: VisitOutcome[];
}

/** Deals by state and the days they were closed in; `timed` for those of which it is known how long they were open. */
export interface DealFigure {
  of: "deals";
  state: OpportunityState;
  closedFrom?: string;
  closedTo?: string;
  timed?: boolean;
}

/** A figure of the sales funnel. */
export type SalesFigure = VisitFigure | DealFigure;

/** Opens the records behind a figure. */
export type OpenFigure = (figure: SalesFigure) => void;

/** A figure as it stands in the address: "visits:<stage>:WON,LOST" or "deals:WON:2026-01-01:2026-03-31:timed". */
export function writeFigure(figure: SalesFigure): string {
  if (figure.of === "visits") {
    const outcomes = figure.outcomes.map((o) => VisitOutcomeSchema.value[o]?.localName ?? "");
    return ["visits", figure.stageId, outcomes.join(",")].join(":");
  }
  const state = figure.state ? OpportunityStateSchema.value[figure.state]?.localName : "";
  return ["deals", state, figure.closedFrom, figure.closedTo, figure.timed ? "timed" : ""].join(":");
}

/** A figure out of the address; undefined where there is none. */
export function readFigure(text: string | undefined): SalesFigure | undefined {
  const [of, first = "", second = "", third = "", fourth = ""] = (text ?? "").split(":");
  if (of === "visits") {
    const named = second.split(",");
    const outcomes = VisitOutcomeSchema.values.filter((v) => named.includes(v.localName)).map((v) => v.number);
    return { of, stageId: first, outcomes };
  }
  if (of !== "deals") return undefined;
  const state = OpportunityStateSchema.values.find((v) => v.localName === first)?.number ?? 0;
  return { of, state, closedFrom: second, closedTo: third, timed: fourth === "timed" };
}
