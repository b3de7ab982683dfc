import type { Values } from "../../blocks/Form";

const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? "") === JSON.stringify(b ?? "");

/** What was filled in otherwise than a record says; undefined where that is nothing. */
export function changed(record: Values, filled: Values): Values | undefined {
  const change = Object.entries(filled).filter(([name, value]) => !isSame(record[name], value));
  return change.length > 0 ? Object.fromEntries(change) : undefined;
}
