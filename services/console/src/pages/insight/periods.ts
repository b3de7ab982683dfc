/** A stretch of days, both ends included, YYYY-MM-DD; empty for no end. */
export interface Period {
  from: string;
  to: string;
}

/** The stretches that are one press away. */
export type PresetKey = "thisQuarter" | "lastQuarter" | "thisYear" | "lastYear" | "all";

const text = (at: Date) => at.toISOString().slice(0, 10);
const parse = (day: string) => new Date(`${day}T00:00:00Z`);

/** Months of a year from one of them on, as days. */
function months(year: number, first: number, count: number): Period {
  return { from: text(new Date(Date.UTC(year, first, 1))), to: text(new Date(Date.UTC(year, first + count, 0))) };
}

/** The usual stretches as they are on a day. */
export function presets(day: string): Record<PresetKey, Period> {
  const at = parse(day);
  const year = at.getUTCFullYear();
  const quarter = Math.floor(at.getUTCMonth() / 3) * 3;
  return {
    thisQuarter: months(year, quarter, 3),
    lastQuarter: months(year, quarter - 3, 3),
    thisYear: months(year, 0, 12),
    lastYear: months(year - 1, 0, 12),
    all: { from: "", to: "" },
  };
}

/** The stretch right before one, as long as it: whole months before whole months. Undefined where one end is open. */
export function before({ from, to }: Period): Period | undefined {
  if (!from || !to) return undefined;
  const [first, last] = [parse(from), parse(to)];
  const after = new Date(last.getTime() + DAY_MS);
  if (first.getUTCDate() === 1 && after.getUTCDate() === 1) {
    const count = (after.getUTCFullYear() - first.getUTCFullYear()) * 12 + after.getUTCMonth() - first.getUTCMonth();
    return months(first.getUTCFullYear(), first.getUTCMonth() - count, count);
  }
  const length = after.getTime() - first.getTime();
  return { from: text(new Date(first.getTime() - length)), to: text(new Date(first.getTime() - DAY_MS)) };
}

const DAY_MS = 86_400_000;
