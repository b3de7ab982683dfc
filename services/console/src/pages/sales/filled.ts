import type { Values } from "../../blocks/Form";

/** Fields that hold nothing where they are emptied, and those that hold a number; all others are texts. */
const UNSET = new Set(["amount", "budget", "probabilityPercent"]);
const NUMBERS = new Set(["riskLevel"]);

/** What a form holds as a change of a record: what was emptied is taken out. */
export function filled<Change>(values: Values): Change {
  const emptied = (name: string) => (UNSET.has(name) ? undefined : NUMBERS.has(name) ? 0 : "");
  return Object.fromEntries(Object.entries(values).map(([name, v]) => [name, v ?? emptied(name)])) as Change;
}
