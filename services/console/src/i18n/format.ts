import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import i18next from "i18next";
import type { Money } from "../gen/baton/type/v1/money_pb";

/** Minor digits of a currency: 2 for CNY, 0 for JPY. */
export function minorDigits(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** An amount as people read it, exact to the minor unit; compact (万, K) for tiles only. Empty where nobody knows. */
export function money(amount: Money | undefined, compact = false): string {
  if (!amount?.currencyCode) return "";
  const digits = minorDigits(amount.currencyCode);
  const format = new Intl.NumberFormat(i18next.language, {
    style: "currency",
    currency: amount.currencyCode,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: compact ? 0 : digits,
    maximumFractionDigits: compact ? 1 : digits,
    notation: compact ? "compact" : "standard",
  });
  // As a decimal text: a double would lose fen beyond 2^53.
  return format.format(major(amount.amountMinor, digits) as unknown as number);
}

/** Whole minor units as a decimal text: 123456n with 2 digits is "1234.56". */
export function major(minor: bigint, digits: number): string {
  const sign = minor < 0n ? "-" : "";
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A decimal text as whole minor units; undefined if it has more places than the currency, or is no number. */
export function minor(text: string, digits: number): bigint | undefined {
  const found = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(text.replace(/[,\s，]/g, ""));
  if (!found) return undefined;
  const places = (found[3] ?? "").replace(/0+$/, "");
  if (places.length > digits) return undefined;
  const value = BigInt((found[2] ?? "0") + places.padEnd(digits, "0"));
  return found[1] ? -value : value;
}

/** A number with separators. */
export const number = (value: number | bigint) => new Intl.NumberFormat(i18next.language).format(value);

/** A share in whole percent, 0 to 1. */
export const percent = (share: number, digits = 0) =>
  new Intl.NumberFormat(i18next.language, { style: "percent", maximumFractionDigits: digits }).format(share);

/** An instant in the zone of the reader's firm. */
export function moment(at: Timestamp | undefined, zone?: string): string {
  if (!at) return "";
  return new Intl.DateTimeFormat(i18next.language, {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(timestampDate(at));
}

/** A business date, YYYY-MM-DD, as people read it. */
export function day(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  if (!text || Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(i18next.language, {
    timeZone: "UTC",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(at);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago, or in how long: "3 天前", "in 2 hours". */
export function ago(at: Timestamp | undefined, now = Date.now()): string {
  if (!at) return "";
  const seconds = (timestampDate(at).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(i18next.language, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "minute");
}

/** A length of time in its largest fitting unit: "3 天", "5 hr". */
export function span(seconds: number | bigint): string {
  const s = Number(seconds);
  for (const [unit, size] of UNITS) {
    if (s >= size) {
      const style = {
        style: "unit",
        unit,
        unitDisplay: "short",
        maximumFractionDigits: s / size < 10 ? 1 : 0,
      } as const;
      return new Intl.NumberFormat(i18next.language, style).format(s / size);
    }
  }
  return new Intl.NumberFormat(i18next.language, { style: "unit", unit: "second", unitDisplay: "short" }).format(s);
}
