import { afterAll, beforeAll, expect, test } from "vitest";
import { dialog, idHere, stands } from "./hand";
import { closeBrowser, person } from "./harness";
import { Keys } from "./keys";

type Person = Awaited<ReturnType<typeof person>>;
let agent: Person;
let manager: Person;
let seller: Person;

beforeAll(async () => {
  agent = await person("demo-agent");
  manager = await person("demo-manager");
  seller = await person("demo-seller");
});
afterAll(closeBrowser);

const mark = 1_000 + (Date.now() % 9_000);
const COMPANY = `Keyboard Tools ${mark}`;
const WISH = `${COMPANY} CNC-500`;

/** The agent takes the call down and hands the lead to the region's manager. */
async function takeDown(): Promise<string> {
  const keys = await Keys.arrives({ language: "en", who: agent });
  const { page, visitor } = keys;
  await visitor.opens("/");
  await keys.press("Tab", "Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await keys.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await keys.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await keys.find("leads", /^Leads/);
  await page.waitForURL("**/leads");
  await keys.press("c");
  await dialog(page).waitFor();
  await keys.fill("Name", COMPANY);
  await keys.fill("Phone", `021-6660${mark}`);
  await keys.fill("Subject", WISH);
  await keys.choose("Source", "Call");
  await keys.fill("Number of the call", `hotline-${mark}`);
  await keys.send();
  await page.waitForURL(/\/leads\/[0-9a-f-]{36}/);
  await visitor.settles();
  const lead = idHere(page);
  await keys.verb("Identify");
  await stands(visitor, "Identified");
  await keys.peeks(page.getByRole("button", { name: "Route to a territory" }));
  await keys.press("Enter");
  await keys.choose("Territory", "华东区");
  await keys.send();
  await page.locator(".empty").filter({ hasText: "handed on" }).waitFor();
  await keys.leaves();
  return lead;
}

/** The manager is told by the inbox, and gives the lead to a salesperson. */
async function giveOut(): Promise<void> {
  const keys = await Keys.arrives({ language: "en", who: manager });
  const { page, visitor } = keys;
  await visitor.opens("/handoffs");
  await keys.use(page.getByRole("button", { name: /^Inbox/ }));
  await page.getByRole("dialog").waitFor();
  await keys.use(page.getByRole("dialog").getByRole("link", { name: WISH }));
  await page.waitForURL(/\/leads\/[0-9a-f-]{36}/);
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await visitor.settles();
  const more = page.getByRole("button", { name: "More actions" }).first();
  await keys.use(more);
  await keys.menu.waitFor();
  await keys.press("ArrowDown", "Escape");
  await keys.menu.waitFor({ state: "hidden" });
  await keys.isBack(more);
  await keys.verb("Assign to a salesperson");
  await keys.choose("Salesperson", "林浩");
  await keys.send();
  await stands(visitor, "Salesperson to take it");
  await keys.leaves();
}

/** The salesperson finds the lead on his day, follows it up, makes a deal of it with a date and wins it. */
async function sell(lead: string): Promise<void> {
  const keys = await Keys.arrives({ language: "en", who: seller });
  const { page, visitor } = keys;
  await visitor.opens("/leads");
  await keys.press("Tab", "Enter", "g", "t");
  await page.waitForURL((at) => at.pathname === "/");
  await visitor.settles();
  await keys.use(page.locator(`#main a[href='/leads/${lead}']`));
  await page.waitForURL(`**/leads/${lead}`);
  await visitor.settles();
  await keys.verb("Take it");
  await keys.verb("Log first contact");
  await keys.choose("First contact by", "E-mail");
  await keys.send();
  await keys.verb("Accept");
  await keys.fill("Follow-up plan", "A demonstration on Tuesday");
  await keys.send();
  await stands(visitor, "Accepted");
  await keys.verb("Convert");
  await page.locator(".ant-modal").getByText("A new opportunity").first().waitFor();
  await keys.reach(dialog(page).getByLabel("Expected close date"));
  // A date is written part by part; the arrows know in which order a reader's own browser has them.
  await keys.press("ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp");
  expect(await dialog(page).getByLabel("Expected close date").inputValue()).toMatch(/^\d{4}-\d\d-\d\d$/);
  await keys.send();
  await stands(visitor, "Converted");
  await keys.use(page.locator(".highlights a[href^='/opportunities/']"));
  await page.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
  await visitor.settles();
  await price(keys);
  await keys.verb("Won");
  await stands(visitor, "Won");
  await keys.verb("Make a contract or order");
  await keys.choose("It becomes", "Order");
  await keys.send();
  await stands(visitor, "Handed over");
  await keys.leaves();
}

/** Writes a line of the deal: product, quantity. */
async function price(keys: Keys): Promise<void> {
  const { page, visitor } = keys;
  await keys.use(page.getByRole("button", { name: "Add lines" }));
  const product = page.getByRole("combobox", { name: /Product/ });
  await keys.reach(product);
  await keys.pick(product, "CNC");
  await keys.reach(page.getByRole("textbox", { name: /Quantity/ }));
  await keys.press("Control+a");
  await keys.type("2");
  await keys.use(page.getByRole("button", { name: "Save" }));
  await visitor.settles();
}

/** Commerce finds the order by the name of the customer, confirms it and looks where it came from. */
async function carryOut(): Promise<void> {
  const keys = await Keys.arrives({ language: "en", who: manager });
  const { page, visitor } = keys;
  await visitor.opens("/orders");
  await keys.find(COMPANY, /Order/);
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  await keys.press("a");
  await dialog(page).waitFor();
  await keys.use(dialog(page).getByRole("button", { name: "Confirm" }));
  await stands(visitor, "Accepted");
  await keys.reach(page.getByRole("tab", { selected: true }));
  const chain = page.getByRole("tab", { name: "Chain" });
  for (let steps = 0; !(await chain.evaluate((e) => e === document.activeElement)); steps += 1) {
    expect(steps).toBeLessThan(12);
    await keys.press("ArrowRight");
  }
  await keys.press("Enter");
  await keys.reach(page.locator(".trace-node a[href^='/leads/']"));
  expect(await page.locator(".trace-node").first().innerText()).toContain("Call");
  await keys.leaves();
}

test("a call to the hotline becomes a confirmed order by keyboard alone", async () => {
  const lead = await takeDown();
  await giveOut();
  await sell(lead);
  await carryOut();
}, 240_000);
