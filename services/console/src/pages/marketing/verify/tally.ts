import { useState } from "react";
import { useFirm, useMe } from "../../../api/me";
import { VerificationOutcome } from "../../../gen/baton/customer/v1/party_pb";
import { dayIn } from "../../../i18n/zone";

/** How often each outcome came out. */
export type Tally = Partial<Record<VerificationOutcome, number>>;

function kept(key: string): Tally {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as Tally;
  } catch {
    return {};
  }
}

/** What this agent got done today, as counted in this browser. */
export function useTally() {
  const { id } = useMe();
  const key = `baton.verify.${id}.${dayIn(useFirm()?.timeZone)}`;
  const [count, setCount] = useState(0);
  const tally = kept(key);
  const add = (outcome: VerificationOutcome, by: 1 | -1) => {
    const before = kept(key);
    localStorage.setItem(key, JSON.stringify({ ...before, [outcome]: Math.max(0, (before[outcome] ?? 0) + by) }));
    setCount(count + 1);
  };
  const total = Object.values(tally).reduce((sum, n) => sum + n, 0);
  const reached = total - (tally[VerificationOutcome.UNREACHABLE] ?? 0);
  return { tally, total, reached, add };
}
