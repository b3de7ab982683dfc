import { newId } from "../../api/ids";
import type { Line } from "../../gen/baton/commerce/v1/line_pb";
import type { Money } from "../../gen/baton/type/v1/money_pb";
import { major, minor, minorDigits } from "../../i18n/format";
import { basisPoints, lineAmount, milli, percentText } from "../quantity";

/** A line as it is being written: texts, as they were typed. */
export interface Draft {
  key: string;
  productId: string;
  description: string;
  quantity: string;
  unit: string;
  price: string;
  /** In percent. */
  discount: string;
}

/** A line that nothing has been said of. */
export const empty = (): Draft => ({
  key: newId(),
  productId: "",
  description: "",
  quantity: "1",
  unit: "",
  price: "",
  discount: "",
});

/** A line of the document, to be rewritten. */
export const draftOf = (line: Line): Draft => ({
  key: line.id || newId(),
  productId: line.productId,
  description: line.description,
  quantity: line.quantity,
  unit: line.unit,
  discount: line.discountBp === 0 ? "" : percentText(line.discountBp),
  ...priceOf(line.unitPrice),
});

/** The price of a draft, as it is typed. */
export const priceOf = (price: Money | undefined) => ({
  price: price ? major(price.amountMinor, minorDigits(price.currencyCode)) : "",
});

const priceMinor = (draft: Draft, currency: string) => minor(draft.price, minorDigits(currency));

/** What it comes to; undefined while something is missing. */
export function amountOf(draft: Draft, currency: string): bigint | undefined {
  const price = priceMinor(draft, currency);
  const quantity = milli(draft.quantity);
  const discount = basisPoints(draft.discount);
  if (price === undefined || quantity === undefined || discount === undefined) return undefined;
  return lineAmount(price, quantity, discount);
}

/** Fields that hold what cannot be sent. What is missing the service tells. */
export function wrong(draft: Draft, currency: string): Partial<Record<keyof Draft, true>> {
  const price = priceMinor(draft, currency);
  return {
    ...(milli(draft.quantity) ? {} : { quantity: true }),
    ...(basisPoints(draft.discount) === undefined ? { discount: true } : {}),
    ...(draft.price.trim() !== "" && (price === undefined || price < 0n) ? { price: true } : {}),
  };
}

/** The line as a request sets it. */
export function request(draft: Draft, currency: string) {
  const price = priceMinor(draft, currency);
  return {
    productId: draft.productId,
    description: draft.description.trim(),
    quantity: draft.quantity.replace(/[,\s，]/g, ""),
    unit: draft.unit.trim(),
    unitPrice: price === undefined ? undefined : { currencyCode: currency, amountMinor: price },
    discountBp: basisPoints(draft.discount) ?? 0,
  };
}
