import { afterAll, beforeAll, expect, test } from "vitest";
import { closeBrowser, Visitor } from "./harness";
import { System } from "./system";

let system: System;

beforeAll(async () => {
  system = await System.make();
});
afterAll(async () => {
  await closeBrowser();
  await system.remove();
});

test("when the system goes away the page says so, and works again by itself once it is back", async () => {
  await system.start();
  const visitor = await Visitor.arrives({ language: "en", at: system.url, forgiving: true });
  const { page } = visitor;
  await visitor.opens("/leads");
  await system.kill();
  await page.getByRole("link", { name: "Orders" }).first().click();
  await page.getByText("Not possible for the moment").first().waitFor();
  await visitor.isAccessible("the system is away");
  await system.start();
  await page.getByText("Not possible for the moment").first().waitFor({ state: "hidden" });
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  await visitor.leaves();
});

test("where one service is missing its pages say which, and all others work", async () => {
  await system.kill();
  await system.start(["directory", "customer", "marketing", "sales", "insight", "gateway"]);
  const visitor = await Visitor.arrives({ language: "en", at: system.url, forgiving: true });
  const { page } = visitor;
  await visitor.opens("/leads");
  expect(await page.locator(".failure").count()).toBe(0);
  await page.getByRole("link", { name: "Orders" }).first().click();
  const failure = page.locator(".failure").first();
  await failure.waitFor();
  expect(await failure.innerText()).toMatch(/commerce/i);
  await visitor.leaves();
});
