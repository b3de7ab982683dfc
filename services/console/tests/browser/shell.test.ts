import { afterAll, expect, test } from "vitest";
import { closeBrowser, Visitor } from "./harness";

afterAll(closeBrowser);

test("pages and actions are found by keyboard alone", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  const { page } = visitor;
  await visitor.opens("/");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("orders");
  await visitor.isAccessible("palette");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/orders");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.waitForURL("**/leads");
  await page.getByRole("heading", { level: 1, name: "Leads" }).waitFor();
  await visitor.settles();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await visitor.isAccessible("key sheet");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("c");
  await page.getByRole("dialog").waitFor();
  await visitor.isAccessible("new lead");
  await visitor.leaves();
});

test("the inbox, the menu of a phone and its bar can be used by everybody", async () => {
  const visitor = await Visitor.arrives({ size: "phone" });
  const { page } = visitor;
  await visitor.opens("/");
  await page.getByRole("button", { name: /消息/ }).click();
  await page.getByRole("dialog").waitFor();
  await visitor.isAccessible("inbox");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "更多" }).last().click();
  await page.getByRole("dialog").waitFor();
  await visitor.isAccessible("menu");
  await page.getByRole("dialog").getByRole("link", { name: "订单" }).click();
  await page.waitForURL("**/orders");
  await visitor.leaves();
});

test("the tour walks over the real pages of a case", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  const { page } = visitor;
  await visitor.opens("/tour");
  await page
    .getByRole("region", { name: /Case 1/ })
    .getByRole("button", { name: "Start" })
    .click();
  const bar = page.getByRole("complementary", { name: "Guided tour" });
  const kinds = ["customers", "campaigns", "leads", "opportunities", "contracts", "orders", "trace"];
  for (const [i, kind] of kinds.entries()) {
    await page.waitForURL(`**/${kind}/**`);
    expect(await bar.innerText()).toContain(`Step ${i + 1} of ${kinds.length}`);
    await visitor.settles();
    await visitor.isAccessible(`tour at ${kind}`);
    if (i + 1 < kinds.length) await bar.getByRole("button", { name: "Next" }).click();
  }
  await bar.getByRole("button", { name: "End the tour" }).click();
  await page.waitForURL("**/tour");
  await visitor.leaves();
});
