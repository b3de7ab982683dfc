import { camel } from "../../api/refusal";
import type { ImportOutcome } from "../../gen/baton/type/v1/import_pb";
import type { Options, RowProblem } from "./model";

/** A batch may take longer than what a person waits for. */
export const PATIENCE = { timeoutMs: 120_000 };

/** Where rows come from, if they come from a campaign. */
export const sourceOf = ({ campaignId }: Options) => (campaignId ? { kind: "CAMPAIGN", id: campaignId } : undefined);

/** What a service says became of a row. */
export interface Told {
  outcome: ImportOutcome;
  id: string;
  violations: { field: string; reason: string; message: string }[];
}

/** What is wrong with a row in the words of this page. */
export const problemsOf = (told: Told): RowProblem[] =>
  told.violations.map((v) => ({ field: camel(v.field), reason: v.reason, text: v.message }));
