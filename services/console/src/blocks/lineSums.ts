import { minor } from "../i18n/format";

/** One minor unit, counted in thousandths of a quantity and hundredths of a percent. */
const MINOR = 1_000n * 10_000n;

/** A quantity of up to three decimals in thousandths: "1.5" is 1500n; undefined for what is none or not above 0. */
export function milli(text: string): bigint | undefined {
  const value = minor(text.trim(), 3);
  return value !== undefined && value > 0n ? value : undefined;
}

/** A discount in percent as hundredths of a percent: "12.5" is 1250, nothing is 0; undefined for what is none. */
export function discountBp(text: string): number | undefined {
  const value = text.trim() === "" ? 0n : minor(text.trim(), 2);
  return value !== undefined && value >= 0n && value <= 10_000n ? Number(value) : undefined;
}

/** What a line comes to, as the services reckon it: price times quantity less discount, rounded half up. */
export function lineAmount(priceMinor: bigint, quantityMilli: bigint, bp: number): bigint {
  return (priceMinor * quantityMilli * (10_000n - BigInt(bp)) + MINOR / 2n) / MINOR;
}
