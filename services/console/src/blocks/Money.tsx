import type { Money as Amount } from "../gen/baton/type/v1/money_pb";
import { money } from "../i18n/format";

/** An amount in its own currency; a dash where nobody knows. */
export function Money({ of, compact }: { of: Amount | undefined; compact?: boolean }) {
  return <span className="num">{money(of, compact) || "—"}</span>;
}
