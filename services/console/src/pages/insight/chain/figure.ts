import { HopOutcome, HopOutcomeSchema } from "../../../gen/baton/insight/v1/funnel_pb";

/** A figure of the chain: a hop, what became of its objects, and what they came from. */
export interface HopFigure {
  kind: string;
  /** Unspecified for all. */
  outcome: HopOutcome;
  /** Kinds of source; none for all. */
  sources: string[];
}

/** Opens the records behind a figure. */
export type OpenFigure = (figure: HopFigure) => void;

/** A figure as it stands in the address: "LEAD:LOST:CAMPAIGN,DIRECT". */
export const writeFigure = ({ kind, outcome, sources }: HopFigure) =>
  [kind, outcome ? HopOutcomeSchema.value[outcome]?.localName : "", sources.join(",")].join(":");

/** A figure out of the address; undefined where there is none. */
export function readFigure(text: string | undefined): HopFigure | undefined {
  if (!text) return undefined;
  const [kind = "", outcome = "", sources = ""] = text.split(":");
  return {
    kind,
    outcome: HopOutcomeSchema.values.find((v) => v.localName === outcome)?.number ?? HopOutcome.UNSPECIFIED,
    sources: sources ? sources.split(",") : [],
  };
}
