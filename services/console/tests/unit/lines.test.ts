import { timestampDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { taken } from "../../src/blocks/PartsField";
import { basisPoints, left, lineAmount, milli, percentText, quantityText } from "../../src/blocks/quantity";
import { dayIn, instant, startOf, wallText } from "../../src/i18n/zone";

test("a quantity has up to three places, and comes back as it was written", () => {
  expect(milli("1.5")).toBe(1500n);
  expect(milli("1,200")).toBe(1_200_000n);
  expect(["", "-1", "1.2345", "one", "."].map(milli)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(["0", "1", "1.5", "0.001", "100"].map((text) => quantityText(milli(text) ?? -1n))).toEqual([
    "0",
    "1",
    "1.5",
    "0.001",
    "100",
  ]);
  expect(left("10", "2.5", "0.5")).toBe("7");
  expect(left("1", "2")).toBe("0");
});

test("an amount of a line is exact, and rounded half up to the minor unit", () => {
  expect(lineAmount(250n, 2_000n, 0)).toBe(500n);
  expect(lineAmount(1_000n, 2_000n, 2_500)).toBe(1_500n);
  expect(lineAmount(1n, 500n, 0)).toBe(1n);
  expect(lineAmount(1n, 499n, 0)).toBe(0n);
  expect(lineAmount(9_007_199_254_740_993n, 1_000n, 0)).toBe(9_007_199_254_740_993n);
});

test("a discount is a percentage of up to two places, from 0 to 100", () => {
  expect(["", "12.5", "100", "0.01", "7%"].map(basisPoints)).toEqual([0, 1250, 10_000, 1, 700]);
  expect(["100.01", "-1", "1.234", "a"].map(basisPoints)).toEqual([undefined, undefined, undefined, undefined]);
  expect(percentText(1250)).toBe("12.5");
});

test("what is taken of lines leaves out those of which nothing is", () => {
  expect(taken({ a: "1,000", b: "", c: "0", d: "0.5" })).toEqual([
    { lineId: "a", quantity: "1000" },
    { lineId: "d", quantity: "0.5" },
  ]);
});

test("a field for date and time speaks of the firm's zone, on both sides of a change of the clocks", () => {
  const at = (text: string, zone: string) => {
    const found = instant(text, zone);
    return found && timestampDate(found).toISOString();
  };
  expect(at("2026-11-29T18:00", "Asia/Shanghai")).toBe("2026-11-29T10:00:00.000Z");
  expect(at("2026-07-01T12:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
  expect(at("2026-10-25T04:00", "Europe/Berlin")).toBe("2026-10-25T03:00:00.000Z");
  expect(at("", "Europe/Berlin")).toBeUndefined();
  const midnight = startOf("2026-03-29", "Europe/Berlin");
  expect(midnight && wallText(midnight, "Europe/Berlin")).toBe("2026-03-29T00:00");
  expect(dayIn("Asia/Shanghai", 1, Date.parse("2026-11-29T16:30:00Z"))).toBe("2026-12-01");
});
