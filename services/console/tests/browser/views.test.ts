import { afterAll, expect, test } from "vitest";
import { choose, confirm, dialog } from "./hand";
import { closeBrowser, person, Visitor } from "./harness";

afterAll(closeBrowser);

const mark = String(Date.now()).slice(-6);
const name = `Hot ones ${mark}`;

/** Opens the views of the list that is shown; the panel that holds them. */
async function views(visitor: Visitor) {
  const { page } = visitor;
  await page.getByRole("button", { name: visitor.language === "en" ? /^Views?/ : /^(常用)?视图/ }).click();
  const panel = page.locator(".menu-panel.views:visible");
  await panel.waitFor();
  return panel;
}

test("a view is kept in one browser, found in another, shown to others, and the list begins with it", async () => {
  const first = await Visitor.arrives({ language: "en" });
  await first.opens("/leads?quality=2&order=response_due_time");
  const panel = await views(first);
  await panel.getByLabel("Name of the view").fill(name);
  await panel.getByRole("button", { name: "Keep" }).click();
  await panel.getByRole("button", { name, exact: true }).waitFor();
  await first.isAccessible("views");
  // Twice under one name would be none of both.
  await panel.getByLabel("Name of the view").fill(name);
  await panel.getByRole("button", { name: "Keep" }).click();
  const field = panel.getByLabel("Name of the view");
  await panel.getByRole("alert").waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");

  const second = await Visitor.arrives({ language: "en" });
  await second.opens("/leads");
  const there = await views(second);
  await there.getByRole("button", { name, exact: true }).click();
  await second.page.waitForURL(/quality=2/);
  expect(new URL(second.page.url()).searchParams.get("order")).toBe("response_due_time");
  await second.page.getByRole("button", { name: `View: ${name}` }).waitFor();
  await there.getByRole("button", { name: `Change view ${name}` }).click();
  await dialog(second.page).waitFor();
  await second.isAccessible("a view");
  await choose(second.page, "Who sees it besides you", "Everybody");
  await dialog(second.page).getByRole("switch").first().click();
  await confirm(second.page, "Save");
  await second.leaves();

  // The list begins with it from now on, where nothing else is asked for.
  await first.page.goto(`${first.at}/leads`);
  await first.page.waitForURL(/quality=2/);
  await first.settles();
  await first.page.goto(`${first.at}/leads?quality=1`);
  await first.settles();
  expect(new URL(first.page.url()).searchParams.get("quality")).toBe("1");
  await first.leaves();
});

test("what others show is seen by who may see it, used, and left as it is", async () => {
  const seller = await Visitor.arrives({ language: "zh-CN", size: "phone", who: await person("demo-seller") });
  await seller.opens("/leads");
  expect(new URL(seller.page.url()).search).toBe("");
  await seller.page.getByRole("button", { name: /^筛选/ }).click();
  const panel = await views(seller);
  await panel.getByText("他人共享的视图").waitFor();
  await seller.isAccessible("views of others");
  await seller.shot("views");
  expect(await panel.getByRole("button", { name: `修改视图 ${name}` }).count()).toBe(0);
  await panel.getByRole("button", { name, exact: true }).click();
  await seller.page.waitForURL(/quality=2/);
  await seller.leaves();
});

test("views that a browser kept by itself are moved once, and forgotten ones can be had back", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  const { page } = visitor;
  await visitor.opens("/orders");
  const me = (await (await page.request.get(`${visitor.at}/v1/me`, { headers: { "x-baton-csrf": "1" } })).json()) as {
    member: { id: string };
  };
  const key = `baton.views.${me.member.id}.orders`;
  const old = [{ name: `From before ${mark}`, filters: { state: "2" } }];
  await page.evaluate(([k, v]) => localStorage.setItem(k as string, v as string), [key, JSON.stringify(old)]);
  await page.reload();
  await visitor.settles();
  const panel = await views(visitor);
  const moved = panel.getByRole("button", { name: `From before ${mark}`, exact: true });
  await moved.waitFor();
  expect(await page.evaluate((k) => localStorage.getItem(k), key)).toBeNull();
  await panel.getByRole("button", { name: `Forget view From before ${mark}` }).click();
  await moved.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await moved.click();
  await page.waitForURL(/state=2/);
  await visitor.leaves();
});
