import type { Money } from "../gen/baton/type/v1/money_pb";

/** Amounts added up, each currency by itself: what is of two currencies has no one sum. */
export function sums(amounts: (Money | undefined)[]): Money[] {
  const byCurrency = new Map<string, Money>();
  for (const amount of amounts) {
    if (!amount) continue;
    const sum = byCurrency.get(amount.currencyCode);
    byCurrency.set(amount.currencyCode, { ...amount, amountMinor: (sum?.amountMinor ?? 0n) + amount.amountMinor });
  }
  return [...byCurrency.values()];
}
