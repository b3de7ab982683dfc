import { create } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Money, MoneySchema } from "../../gen/baton/type/v1/money_pb";

/** What deals are worth in one currency. */
export interface Worth {
  sum: Money;
  /** The same, each deal by its chance of winning. */
  weighted: Money;
}

interface Priced {
  amount?: Money;
  probabilityPercent: number;
}

/** What deals are worth together, by currency, the currency of the most deals first. Deals without an amount count for nothing. */
export function worth(deals: Priced[]): Worth[] {
  const sums = new Map<string, { count: number; sum: bigint; hundredfold: bigint }>();
  for (const { amount, probabilityPercent } of deals) {
    if (!amount) continue;
    const so = sums.get(amount.currencyCode) ?? { count: 0, sum: 0n, hundredfold: 0n };
    sums.set(amount.currencyCode, {
      count: so.count + 1,
      sum: so.sum + amount.amountMinor,
      hundredfold: so.hundredfold + amount.amountMinor * BigInt(probabilityPercent),
    });
  }
  return [...sums]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([currencyCode, { sum, hundredfold }]) => ({
      sum: create(MoneySchema, { currencyCode, amountMinor: sum }),
      weighted: create(MoneySchema, { currencyCode, amountMinor: (hundredfold + 50n) / 100n }),
    }));
}

const DAY_MS = 86_400_000;

/** Whole days since an instant. */
export const daysSince = (at: Timestamp, now = Date.now()) => Math.floor((now - timestampDate(at).getTime()) / DAY_MS);

/** A stay is never long before a week is over. */
const LONG_AT_LEAST_D = 7;
/** Fewer stays tell nothing about how long one usually lasts. */
const STAYS_AT_LEAST = 5;

/** The days after which a stay in a stage is long: within them nine of ten ended. Undefined while too few have. */
export function longStay(stage: { stayed: bigint; p90DwellD?: bigint } | undefined): number | undefined {
  if (stage?.p90DwellD === undefined || stage.stayed < STAYS_AT_LEAST) return undefined;
  return Math.max(Number(stage.p90DwellD), LONG_AT_LEAST_D);
}
