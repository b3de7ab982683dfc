import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf } from "./codes";
import { api, closeBrowser, token, url, Visitor } from "./harness";

const user = "auditing";
const displayName = "Auditing Member";
const password = "a password of the audit";

beforeAll(async () => {
  const admin = await token();
  const grant = { function: "FUNCTION_ANALYSIS", access: "ACCESS_READ", scope: "GRANT_SCOPE_ALL", role: "auditor" };
  await api(admin, "POST", "/v1/grants", grant);
  const { id } = await api(admin, "POST", "/v1/members", { name: user, displayName, roles: ["auditor"] });
  await api(admin, "POST", `/v1/members/${id}:setPassword`, { newPassword: password });
});

afterAll(closeBrowser);

test("a provider has a button at the sign-in, and who comes to nothing there is told why, in his language", async () => {
  for (const [language, button, told, back] of [
    ["en", "Sign in with Corporate account", "does not answer as it should", "Back to sign-in"],
    ["zh-CN", "使用 Corporate account 登录", "没有正常响应", "返回登录页"],
  ] as const) {
    const visitor = await Visitor.arrives({ language, size: "phone", who: null });
    const { page } = visitor;
    await visitor.opens("/leads");
    const way = page.getByRole("link", { name: button });
    await way.waitFor();
    expect(await way.getAttribute("href")).toBe("/sign-in/corp?return_to=%2Fleads");
    await visitor.isAccessible("sign-in with a provider");
    await visitor.shot("sign-in-provider");
    await way.click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain(told);
    await page.getByRole("link", { name: back }).click();
    await page.waitForURL(`${url}/`);
    await way.waitFor();
    await visitor.leaves();
  }
});

test("a second factor is demanded of a role in the settings, and set up before anything else", async () => {
  const admin = await Visitor.arrives({ language: "en" });
  await admin.opens("/admin/settings");
  const roles = admin.page.getByLabel("Second factor demanded of");
  await roles.click();
  await admin.page.locator(".ant-select-item-option", { hasText: "auditor" }).click();
  await admin.page.keyboard.press("Escape");
  await admin.isAccessible("settings that demand a second factor");
  await admin.page.getByRole("button", { name: "Save" }).click();
  await admin.page.getByText("Saved").first().waitFor();
  await admin.leaves();

  const visitor = await Visitor.arrives({ language: "en", who: { user, password } });
  const { page } = visitor;
  await visitor.opens("/leads");
  await page.getByRole("heading", { name: "A second factor is demanded of you" }).waitFor();
  const goOn = page.getByRole("button", { name: "Go on" });
  expect(await goOn.isDisabled()).toBe(true);
  await visitor.isAccessible("demanded second factor");
  await visitor.shot("second-factor-demanded");
  await page.getByRole("button", { name: "Set up a second factor" }).click();
  const start = page.getByRole("dialog", { name: "Set up a second factor" });
  await start.getByLabel("Present password").fill(password);
  await start.getByRole("button", { name: "Set up a second factor" }).click();
  const confirm = page.getByRole("dialog", { name: "Put it into use" });
  const secret = await confirm.getByLabel("Secret", { exact: true }).inputValue();
  await confirm.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await confirm.getByRole("button", { name: "Put it into use" }).click();
  const shown = page.getByRole("dialog", { name: "Recovery codes" });
  expect((await shown.getByLabel("Recovery codes").inputValue()).split("\n").length).toBe(10);
  await shown.getByRole("button", { name: "Close" }).last().click();
  await goOn.click();
  await page.getByRole("heading", { name: "A second factor is demanded of you" }).waitFor({ state: "detached" });
  await visitor.leaves();
});
