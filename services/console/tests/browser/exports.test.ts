import { afterAll, beforeAll, expect, test } from "vitest";
import { api, closeBrowser, person, textOf, token, Visitor } from "./harness";

type Person = Awaited<ReturnType<typeof person>>;
let boss: Person;
let seller: Person;
let admin = "";

beforeAll(async () => {
  boss = await person("demo-boss");
  seller = await person("demo-seller");
  admin = await token();
});
afterAll(async () => {
  await api(admin, "PATCH", "/v1/settings", { largeExportRows: 1000 });
  await closeBrowser();
});

/** Presses the button above the list that is shown, and reads the file that comes. */
async function taken(visitor: Visitor, label: string): Promise<{ name: string; lines: string[] }> {
  const waiting = visitor.page.waitForEvent("download");
  await visitor.page.getByRole("button", { name: label }).click();
  const file = await waiting;
  const text = await textOf(file);
  return { name: file.suggestedFilename(), lines: text.trim().split("\r\n") };
}

test("a list is taken out as it is shown, and those who administer are told if it is large", async () => {
  await api(admin, "PATCH", "/v1/settings", { largeExportRows: 1 });
  const visitor = await Visitor.arrives({ who: boss });
  await visitor.opens("/customers");
  await visitor.page.getByRole("row").nth(1).waitFor();
  const file = await taken(visitor, "将整个列表导出为 CSV");
  expect(file.name).toMatch(/^accounts-\d{4}-\d\d-\d\d\.csv$/);
  expect(file.lines[0]).toContain("名称");
  const { accounts } = await api(admin, "GET", "/v1/accounts?pageSize=500");
  expect(file.lines.length - 1).toBe((accounts as unknown as unknown[]).length);
  await visitor.leaves();

  const overseer = await Visitor.arrives({ language: "en" });
  const { page } = overseer;
  await overseer.opens("/");
  await page.getByRole("link", { name: "Large exports of the last days" }).click();
  await page.waitForURL(/\/admin\/exports\?large=1/);
  const row = page.getByRole("row").filter({ hasText: "Done" }).filter({ hasText: "Large" }).first();
  await row.waitFor();
  expect(await row.innerText()).toContain("Accounts");
  await overseer.isAccessible("exports");
  await overseer.shot("exports");
  await overseer.leaves();
});

test("every list with a button gives a file", async () => {
  const visitor = await Visitor.arrives({ language: "en", who: boss });
  const { page } = visitor;
  const pages = [
    "/leads",
    "/campaigns",
    "/prospects?state=0",
    "/opportunities",
    "/contracts",
    "/orders",
    "/products",
    "/contacts",
    "/interactions",
    "/admin/members",
    "/admin/departments",
    "/admin/audit",
    "/admin/processes",
    "/admin/exports",
  ];
  for (const at of pages) {
    await visitor.opens(at);
    const button = page.getByRole("button", { name: "Take the whole list out as CSV" });
    await Promise.race([button.waitFor(), page.locator(".empty").first().waitFor()]).catch(() => undefined);
    if ((await button.count()) === 0) continue;
    const file = await taken(visitor, "Take the whole list out as CSV");
    expect(file.lines.length, at).toBeGreaterThan(1);
  }
  await visitor.leaves();
});

test("who is not granted it finds no button", async () => {
  const visitor = await Visitor.arrives({ language: "en", who: seller });
  await visitor.opens("/customers");
  await visitor.page.getByRole("button", { name: "Columns" }).waitFor();
  expect(await visitor.page.getByRole("button", { name: "Take the whole list out as CSV" }).count()).toBe(0);
  await visitor.leaves();
});
