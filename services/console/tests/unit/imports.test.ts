import { describe, expect, it } from "vitest";
import { guess } from "../../src/pages/imports/guess";
import { decode, kindOf, separatorOf, table } from "../../src/pages/imports/parse";
import { type Book, dayOf, readRows, unknownWords } from "../../src/pages/imports/read";
import { TARGETS } from "../../src/pages/imports/targets";

const target = (key: string) => {
  const found = TARGETS.find((t) => t.key === key);
  if (!found) throw new Error(key);
  return found;
};
const book: Book = {
  zone: "Asia/Shanghai",
  currency: "CNY",
  member: [{ id: "m1", names: ["王芳", "wangfang"] }],
  territory: [{ id: "t1", names: ["华东"] }],
  process: [],
};

describe("a file", () => {
  it("is read whatever its quotes, line ends and separator", () => {
    const text = '\uFEFF名称;电话\r\n"甲;公司";"021""1"\n\n"两\n行";2';
    expect(separatorOf(text)).toBe(";");
    expect(table(text, ";")).toEqual([
      ["名称", "电话"],
      ["甲;公司", '021"1'],
      ["两\n行", "2"],
    ]);
    expect(separatorOf("a\tb,c\n1\t2,3")).toBe("\t");
    expect(table("a,b\n1,", ",")).toEqual([
      ["a", "b"],
      ["1", ""],
    ]);
  });

  it("loses what protects spreadsheets from formulas", () => {
    expect(table("'+86 21,'=1,'it", ",")).toEqual([["+86 21", "=1", "'it"]]);
  });

  it("is read as GBK where it is no UTF-8, and tells a workbook by its first bytes", () => {
    const gbk = new Uint8Array([0xc3, 0xfb, 0xb3, 0xc6]);
    expect(decode(gbk)).toEqual({ text: "名称", encoding: "gb18030" });
    expect(decode(new TextEncoder().encode("名称")).encoding).toBe("utf-8");
    expect(kindOf(new TextEncoder().encode("PK of text"))).toBe("text");
    expect(kindOf(new Uint8Array([0x50, 0x4b, 0x03, 0x04]))).toBe("workbook");
    const wrapped = [0xd0, 0xcf, 0x11, 0xe0, 0, 0];
    expect(kindOf(new Uint8Array(wrapped))).toBe("old");
    const part = [...Buffer.from("EncryptedPackage", "utf16le")];
    expect(kindOf(new Uint8Array([...wrapped, ...part]))).toBe("encrypted");
  });
});

describe("columns", () => {
  it("are matched by what they are called in either language", () => {
    const header = ["公司名称", "Phone number", "所属行业", "负责人", "nothing"];
    const match = guess(target("prospects"), header, {});
    expect(match).toEqual({ 0: "party.name", 1: "party.phone", 2: "party.industry", 3: "party.ownerId" });
  });

  it("are matched as they were last time", () => {
    expect(guess(target("products"), ["colour", "name"], { colour: "unit", name: "" })).toEqual({ 0: "unit" });
  });

  it("of the public data set find their fields", () => {
    const header = [
      "opportunity_id",
      "sales_agent",
      "product",
      "account",
      "deal_stage",
      "engage_date",
      "close_date",
      "close_value",
    ];
    expect(guess(target("opportunities"), header, {})).toEqual({
      0: "externalId",
      1: "ownerId",
      3: "customer.name",
      4: "state",
      5: "engageDate",
      6: "closeDate",
      7: "amount",
    });
  });
});

describe("cells", () => {
  const rows = (key: string, header: string[], ...lines: string[][]) => {
    const records = lines.map((cells, i) => ({ line: i + 2, cells }));
    return readRows(target(key), records, guess(target(key), header, {}), book, {});
  };

  it("are days however they are written, but not where that is unclear", () => {
    for (const text of ["2026-1-31", "2026/01/31", "2026年1月31日", "20260131", "31.1.2026", "1/31/2026"]) {
      expect(dayOf(text), text).toBe("2026-01-31");
    }
    for (const text of ["1/2/2026", "2026-02-30", "soon"]) expect(dayOf(text), text).toBeUndefined();
  });

  it("are amounts, words, people and territories", () => {
    const [row] = rows(
      "opportunities",
      ["外部编号", "机会名称", "负责人", "区域", "状态", "金额", "币种"],
      ["1", "空压机", "王芳", "华东", "赢单", "1.2万", ""],
    );
    expect(row?.problems).toEqual([]);
    expect(row?.values.get("amount")).toEqual({ currencyCode: "CNY", amountMinor: 1_200_000n });
    expect(row?.values.get("state")).toBe(2);
    expect(row?.values.get("ownerId")).toBe("m1");
    expect(row?.values.get("territoryId")).toBe("t1");
  });

  it("that are wrong are told, all of a row", () => {
    const [row, again] = rows("products", ["id", "name", "price"], ["7", "", "many"], ["7", "B", "$1,234.50"]);
    expect(row?.problems.map((p) => p.field)).toEqual(["name", "listPrice"]);
    expect(again?.problems.map((p) => p.field)).toEqual(["externalId"]);
    expect(again?.values.get("listPrice")).toEqual({ currencyCode: "USD", amountMinor: 123_450n });
  });

  it("that nobody knows can be told", () => {
    const header = ["id", "name", "deal_stage"];
    const match = guess(target("opportunities"), header, {});
    const records = [["1", "A", "Engaging"]];
    const unknown = [...unknownWords(target("opportunities"), records, match, book)];
    expect(unknown.map(([f, words]) => [f.key, words])).toEqual([["state", ["Engaging"]]]);
    const told = readRows(target("opportunities"), [{ line: 2, cells: ["1", "A", "Engaging"] }], match, book, {
      state: { Engaging: 1 },
    });
    expect(told[0]?.values.get("state")).toBe(1);
  });

  it("name parents, which come first", () => {
    const sorted = rows("accounts", ["客户名称", "上级公司"], ["子公司", "母公司"], ["母公司", ""]);
    expect(sorted.map((r) => r.line)).toEqual([3, 2]);
    expect(sorted[1]?.values.get("parentExternalId")).toBe(sorted[0]?.key);
  });
});
