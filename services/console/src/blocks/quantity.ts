/** Thousandths of a quantity: what a decimal text of up to three places says; undefined if it says none. */
export function milli(text: string): bigint | undefined {
  const found = /^(\d{1,12})(?:\.(\d{0,3}))?$/.exec(text.replace(/[,\s，]/g, ""));
  return found ? BigInt((found[1] ?? "0") + (found[2] ?? "").padEnd(3, "0")) : undefined;
}

/** Thousandths as a decimal text without needless zeros: 1500 is "1.5". */
export function quantityText(thousandths: bigint): string {
  const text = thousandths.toString().padStart(4, "0");
  return `${text.slice(0, -3)}.${text.slice(-3)}`.replace(/\.?0+$/, "");
}

/** What is left of a quantity when so much of it has gone on; never less than nothing. */
export function left(of: string, ...gone: string[]): string {
  const rest = gone.reduce((sum, text) => sum - (milli(text) ?? 0n), milli(of) ?? 0n);
  return quantityText(rest > 0n ? rest : 0n);
}

/** Price times quantity less discount, rounded half up to a whole minor unit, as the service reckons it. */
export function lineAmount(priceMinor: bigint, thousandths: bigint, discountBp: number): bigint {
  const whole = 1_000n * 10_000n;
  return (priceMinor * thousandths * BigInt(10_000 - discountBp) + whole / 2n) / whole;
}

/** Hundredths of a percent: what a percentage of up to two places says; undefined outside 0 to 100. */
export function basisPoints(text: string): number | undefined {
  if (text.trim() === "") return 0;
  const found = /^(\d{1,3})(?:\.(\d{0,2}))?$/.exec(text.replace(/[\s%％]/g, ""));
  const value = found ? Number((found[1] ?? "0") + (found[2] ?? "").padEnd(2, "0")) : undefined;
  return value !== undefined && value <= 10_000 ? value : undefined;
}

/** Hundredths of a percent as a percentage: 1250 is "12.5". */
export const percentText = (bp: number) => String(bp / 100);
