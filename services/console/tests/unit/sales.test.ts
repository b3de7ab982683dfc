import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { asBefore, maskOf } from "../../src/api/mask";
import { MoneySchema } from "../../src/gen/baton/type/v1/money_pb";
import { daysSince, longStay, worth } from "../../src/pages/sales/figures";
import { filled } from "../../src/pages/sales/filled";

const deal = (currencyCode: string, amountMinor: bigint, probabilityPercent: number) => ({
  amount: create(MoneySchema, { currencyCode, amountMinor }),
  probabilityPercent,
});

test("deals are worth their sum and their chances, for each currency by itself", () => {
  const deals = [
    deal("USD", 100n, 50),
    deal("CNY", 9007199254740993n, 100),
    deal("CNY", 333n, 10),
    { probabilityPercent: 90 },
  ];
  const told = worth(deals).map(({ sum, weighted }) => [sum.currencyCode, sum.amountMinor, weighted.amountMinor]);
  expect(told).toEqual([
    ["CNY", 9007199254741326n, 9007199254741026n],
    ["USD", 100n, 50n],
  ]);
});

test("a stay is long when nine of ten were shorter, never within a week, and never while few are known", () => {
  expect(longStay({ stayed: 40n, p90DwellD: 21n })).toBe(21);
  expect(longStay({ stayed: 40n, p90DwellD: 0n })).toBe(7);
  expect(longStay({ stayed: 4n, p90DwellD: 21n })).toBeUndefined();
  expect(longStay({ stayed: 0n })).toBeUndefined();
  expect(longStay(undefined)).toBeUndefined();
});

test("days are whole", () => {
  const day = 86_400_000;
  expect(daysSince(timestampFromMs(1000), 1000 + day - 1)).toBe(0);
  expect(daysSince(timestampFromMs(1000), 1000 + 2 * day)).toBe(2);
});

test("a change names its fields, and its way back holds what they were", () => {
  const change = { expectedCloseDate: "2026-12-31", amount: undefined };
  expect(maskOf(change)).toEqual({ paths: ["expected_close_date", "amount"] });
  const before = { expectedCloseDate: "", amount: undefined, name: "x" };
  expect(asBefore<{ expectedCloseDate?: string; amount?: bigint }>(change, before)).toEqual({
    expectedCloseDate: "",
    amount: undefined,
  });
});

test("what a form emptied is taken out", () => {
  expect(filled({ name: "a", contactId: undefined, amount: undefined, riskLevel: undefined })).toEqual({
    name: "a",
    contactId: "",
    amount: undefined,
    riskLevel: 0,
  });
});
