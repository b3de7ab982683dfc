import { expect, test } from "vitest";
import { sheetsOf } from "../../src/pages/imports/workbook";
import { workbook } from "../made/workbook";

/** 31 January 2026, a quarter past nine in the morning, in days since the first of 1900. */
const DAY = 46053;
const MORNING = DAY + (9 * 60 + 15) / 1440;

test("cells of a workbook are the texts that a CSV of it would have", async () => {
  const rows = [
    ["名称", "电话", "金额", "日期", "来访", "有效", "备注"],
    [" 甲 & 乙 ", 13812345678, 0.1 + 0.2, { serial: DAY }, { serial: MORNING }, true, "=1+1"],
    [],
    ["丙", 1e-7, -1234567.5, { serial: DAY + 0.5 }, undefined, false, { error: "#N/A" }],
  ];
  const [sheet] = await sheetsOf(workbook({ 客户: rows }));
  expect(sheet).toEqual({
    name: "客户",
    rows: [
      { line: 1, cells: ["名称", "电话", "金额", "日期", "来访", "有效", "备注"] },
      { line: 2, cells: ["甲 & 乙", "13812345678", "0.3", "2026-01-31", "2026-01-31 09:15", "TRUE", "=1+1"] },
      { line: 4, cells: ["丙", "0.0000001", "-1234567.5", "2026-01-31 12:00", "", "FALSE", ""] },
    ],
  });
});

test("days are counted from 1904 where the workbook says so", async () => {
  const rows = [["day"], [{ serial: DAY - 1462 }]];
  const [sheet] = await sheetsOf(workbook({ Mac: rows }, 1904));
  expect(sheet?.rows[1]?.cells).toEqual(["2026-01-31"]);
});

test("every sheet of a workbook is told, also one with nothing in it", async () => {
  const sheets = await sheetsOf(workbook({ Cover: [], Customers: [["name"], ["A"]] }));
  expect(sheets.map((s) => [s.name, s.rows.length])).toEqual([
    ["Cover", 0],
    ["Customers", 2],
  ]);
});

test("what is no workbook that can be read is refused with its reason", async () => {
  const why = (bytes: Uint8Array) => sheetsOf(bytes).then(String, (e) => (e as { why: string }).why);
  const whole = workbook({ Customers: [["name"], ["A"]] });
  expect(await why(whole.slice(0, whole.length / 2))).toBe("broken");
  expect(await why(new TextEncoder().encode("PK\u0003\u0004 and nothing"))).toBe("broken");
  expect(await why(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).toBe("old");
  const locked = [0xd0, 0xcf, 0x11, 0xe0, ...Buffer.from("EncryptedPackage", "utf16le")];
  expect(await why(new Uint8Array(locked))).toBe("encrypted");
  expect(await why(workbook({ Empty: [] }))).toBe("empty");
  const large = new Uint8Array(21 * 2 ** 20);
  large.set(whole);
  expect(await why(large)).toBe("tooLarge");
});

test("a sheet may have so many rows and no more", { timeout: 60_000 }, async () => {
  const many = Array.from({ length: 100_002 }, (_, i) => [i]);
  await expect(sheetsOf(workbook({ Many: many }))).rejects.toMatchObject({ why: "tooManyRows" });
});
