import { expect, test } from "vitest";
import { newId } from "../../src/api/ids";
import { cell, toCsv } from "../../src/blocks/csv";
import { major, minor } from "../../src/i18n/format";

test("amounts are exact to the minor unit, also beyond what a double holds", () => {
  expect(major(900719925474099301n, 2)).toBe("9007199254740993.01");
  expect(major(-5n, 2)).toBe("-0.05");
  expect(major(120n, 0)).toBe("120");
  expect(minor("9,007,199.01", 2)).toBe(900719901n);
  expect(minor("12.5", 2)).toBe(1250n);
  expect(minor("12.345", 2)).toBeUndefined();
  expect(minor("12.30", 1)).toBe(123n);
  expect(minor("x", 2)).toBeUndefined();
});

test("a file holds no formulas, and quotes what needs it", () => {
  expect(cell("=1+1")).toBe("'=1+1");
  expect(cell("@x")).toBe("'@x");
  expect(cell("-12.5")).toBe("-12.5");
  expect(cell('say "hi", now')).toBe('"say ""hi"", now"');
  expect(toCsv([{ title: "a", text: (r: string) => r }, { title: "b" }], ["x", "y\nz"])).toBe('a\r\nx\r\n"y\nz"');
});

test("ids are random UUIDs", () => {
  const ids = new Set(Array.from({ length: 100 }, newId));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
