import { afterAll, expect, test } from "vitest";
import { workbook } from "../made/workbook";
import { closeBrowser, Visitor } from "./harness";

afterAll(closeBrowser);

const mark = String(Date.now()).slice(-6);
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Hands the page a file where it asks for one. */
async function hands(visitor: Visitor, name: string, bytes: Uint8Array): Promise<void> {
  const asked = visitor.page.waitForEvent("filechooser");
  await visitor.page.locator("#main .ant-upload-drag").click();
  await (await asked).setFiles({ name, mimeType: XLSX, buffer: Buffer.from(bytes) });
}

test.each([
  ["zh-CN", "产品", "2 行，5 列", "下一步", "直接导入", "导入完成", "新建 2", "设有密码"],
  ["en", "Products", "2 rows, 5 columns", "Next", "Import now", "Imported", "Created 2", "protected by a password"],
] as const)(
  "a sheet of a workbook is imported, and what cannot be read is refused, in %s",
  async (language, kind, size, next, start, done, created, locked) => {
    const visitor = await Visitor.arrives({ language });
    const { page } = visitor;
    const fetched: string[] = [];
    page.on("request", (r) => fetched.push(r.url()));
    await visitor.opens("/imports");
    const main = page.locator("#main");
    await main.getByRole("button", { name: new RegExp(`^${kind}`) }).click();
    const encrypted = [0xd0, 0xcf, 0x11, 0xe0, ...Buffer.from("EncryptedPackage", "utf16le")];
    expect(fetched.filter((url) => /workbook/.test(url))).toEqual([]);
    await hands(visitor, "locked.xlsx", new Uint8Array(encrypted));
    await main.getByRole("alert").filter({ hasText: locked }).waitFor();
    await visitor.isAccessible("import: a locked workbook");

    const sku = (n: number) => `XL-${language}-${mark}-${n}`;
    const products = [
      ["id", "sku", "name", "unit", "list price"],
      [1, sku(1), `Workbook ${mark}`, "piece", 1250.5],
      [2, sku(2), `Workbook two ${mark}`, "piece", 99],
    ];
    await hands(
      visitor,
      `stock ${language} ${mark}.xlsx`,
      workbook({
        Notes: [
          ["read", "me"],
          ["a", "b"],
        ],
        Stock: products,
      }),
    );
    await main.getByRole("combobox").first().waitFor();
    expect(fetched.some((url) => /workbook/.test(url))).toBe(true);
    await main.getByRole("combobox").first().click();
    await page.locator(".ant-select-item-option").filter({ hasText: "Stock" }).click();
    await main.getByText(size).waitFor();
    await visitor.isAccessible("import: a workbook");
    await visitor.shot("import-workbook");
    await main.getByRole("button", { name: next }).click();
    await main.getByRole("button", { name: next }).click();
    await main.getByRole("button", { name: start }).click();
    await main.getByRole("heading", { name: done }).waitFor();
    await main.locator(".pill").filter({ hasText: created }).first().waitFor();
    await visitor.leaves();
  },
);
