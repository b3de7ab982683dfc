import { afterAll, beforeAll, expect, test } from "vitest";
import { dialog } from "./hand";
import { closeBrowser, Visitor } from "./harness";
import { System } from "./system";

let system: System;

beforeAll(async () => {
  system = await System.make();
  await system.start();
});
afterAll(async () => {
  await closeBrowser();
  await system.remove();
});

test("the demo company comes by one click and goes by one", async () => {
  const visitor = await Visitor.arrives({ language: "en", at: system.url, forgiving: true });
  const { page } = visitor;
  await visitor.opens("/");
  await page.getByRole("button", { name: "Load the demo company" }).click();
  await page.getByText("The demo company is here").first().waitFor({ timeout: 60_000 });
  await visitor.opens("/tour");
  await page
    .getByRole("region", { name: /Case 1/ })
    .getByRole("button", { name: "Start" })
    .waitFor();
  await visitor.isAccessible("tour with the demo company");
  await page.getByRole("button", { name: "Clear the demo company" }).click();
  await dialog(page).waitFor();
  await visitor.isAccessible("clearing is asked about");
  await dialog(page).getByRole("button", { name: "Clear the demo company" }).click();
  await page.getByRole("button", { name: "Load the demo company" }).waitFor({ timeout: 60_000 });
  await visitor.opens("/admin/members");
  expect(await page.getByText("demo-boss").count()).toBe(0);
  await visitor.leaves();
});
