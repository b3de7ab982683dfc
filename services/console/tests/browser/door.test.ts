import { afterAll, expect, test } from "vitest";
import { closeBrowser, url, Visitor } from "./harness";

afterAll(closeBrowser);

test("a stranger is asked to sign in, a wrong password is told, and the right one opens the page that was asked for", async () => {
  const visitor = await Visitor.arrives({ language: "en", who: null });
  const { page } = visitor;
  await visitor.opens("/leads");
  await visitor.isAccessible("sign-in");
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").innerText()).toMatch(/name or the password/i);
  await page.getByLabel("Password").fill(process.env.BATON_AUTH__ADMIN_PASSWORD ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/leads");
  const cookies = await visitor.context.cookies(url);
  expect(cookies.every((c) => c.httpOnly && c.sameSite === "Strict")).toBe(true);
  await visitor.leaves();
});

test("whoever signs out is out, also with the address of a page", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  await visitor.opens("/");
  await visitor.page.getByRole("button", { name: "Me" }).click();
  await visitor.page.getByRole("menuitem", { name: "Sign out" }).click();
  await visitor.page.getByLabel("User name").waitFor();
  await visitor.opens("/orders");
  await visitor.page.getByLabel("User name").waitFor();
  await visitor.leaves();
});

test("the language is changed in place, and kept", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  await visitor.opens("/");
  await visitor.page.getByRole("button", { name: "Me" }).click();
  await visitor.page.getByRole("menuitem", { name: "Language" }).hover();
  await visitor.page.getByRole("menuitem", { name: "中文" }).click();
  await visitor.page.getByRole("menu").getByText("市场活动").waitFor();
  expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  await visitor.leaves();
});
