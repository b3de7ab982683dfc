import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf } from "./codes";
import { api, closeBrowser, token, url, Visitor } from "./harness";

const user = "joining";
const displayName = "Joining Member";
const password = "a first password of his own";
let codes: string[] = [];

beforeAll(async () => {
  await api(await token(), "POST", "/v1/members", { name: user, displayName, roles: ["salesperson"] });
});

afterAll(closeBrowser);

/** The link that an administrator makes for the member on his page. */
async function linkFromPage(): Promise<string> {
  const admin = await Visitor.arrives({ language: "en" });
  const { page } = admin;
  await admin.opens("/admin/members");
  await page.getByRole("button", { name: displayName }).click();
  await page.getByRole("button", { name: "Reset password" }).click();
  const ask = page.getByRole("dialog", { name: /^Make a password link for/ });
  await ask.getByRole("button", { name: "Make a password link" }).click();
  const shown = page.getByRole("dialog", { name: "Invitation" });
  const link = await shown.getByLabel("Link", { exact: true }).inputValue();
  await admin.shot("password-link");
  await admin.isAccessible("password link");
  await admin.leaves();
  return link;
}

test("a member sets his first password by a link, once, and signs in with it", async () => {
  const link = await linkFromPage();
  expect(link.startsWith(`${url}/join#`)).toBe(true);
  const visitor = await Visitor.arrives({ language: "en", who: null });
  const { page } = visitor;
  await page.goto(link);
  await visitor.settles();
  expect(page.url()).toBe(`${url}/join`);
  await visitor.isAccessible("join");
  await visitor.shot("join");
  const [first, again] = [page.getByLabel("New password", { exact: true }), page.getByLabel("New password again")];
  await first.fill("aaaaaaaaaaaa");
  await again.fill("something else");
  await page.getByText("The two are not the same").waitFor();
  await again.fill("aaaaaaaaaaaa");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText(/too easy to guess/).waitFor();
  await first.fill(password);
  await again.fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("Your password is set").waitFor();
  expect(await page.getByLabel("User name").inputValue()).toBe(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: `Hello, ${displayName}` }).waitFor();
  await visitor.leaves();

  const late = await Visitor.arrives({ language: "zh-CN", size: "phone", who: null });
  await late.page.goto(link);
  await late.page.getByLabel("新密码", { exact: true }).fill(password);
  await late.page.getByLabel("再次输入新密码").fill(password);
  await late.page.getByRole("button", { name: "设置密码" }).click();
  expect(await late.page.getByRole("alert").innerText()).toContain("该链接不存在或已失效");
  await late.isAccessible("join that is over");
  await late.leaves();
});

test("he begins with a second factor on his page, and has a key made", async () => {
  const visitor = await Visitor.arrives({ language: "en", who: { user, password } });
  const { page } = visitor;
  await visitor.opens("/me");
  await page.getByRole("button", { name: "Set up a second factor" }).click();
  const start = page.getByRole("dialog", { name: "Set up a second factor" });
  await start.getByLabel("Present password").fill(password);
  await start.getByRole("button", { name: "Set up a second factor" }).click();
  const confirm = page.getByRole("dialog", { name: "Put it into use" });
  const secret = await confirm.getByLabel("Secret", { exact: true }).inputValue();
  expect(await confirm.getByLabel("Address for the program", { exact: true }).inputValue()).toContain(secret);
  await visitor.isAccessible("second factor");
  await visitor.shot("second-factor");
  await confirm.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await confirm.getByRole("button", { name: "Put it into use" }).click();
  const shown = page.getByRole("dialog", { name: "Recovery codes" });
  codes = (await shown.getByLabel("Recovery codes").inputValue()).split("\n");
  expect(codes.length).toBe(10);
  await visitor.isAccessible("recovery codes");
  await shown.getByRole("button", { name: "Close" }).last().click();
  await page.getByText("10 recovery codes left").waitFor();

  await page.getByRole("button", { name: "New key" }).click();
  const create = page.getByRole("dialog", { name: "New key" });
  await create.getByLabel("Name").fill("Report");
  await create.getByLabel("Functions").click();
  await page.locator(".ant-select-item-option").first().click();
  await page.keyboard.press("Escape");
  await create.getByRole("button", { name: "New key" }).click();
  const made = page.getByRole("dialog", { name: "The key is made" });
  const key = await made.getByLabel("Key", { exact: true }).inputValue();
  await visitor.isAccessible("key");
  await made.getByRole("button", { name: "Close" }).last().click();
  expect(JSON.stringify(await api(key, "GET", "/v1/me"))).toContain(user);
  await page.getByRole("button", { name: "Revoke Report" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("cell", { name: "Revoked" }).waitFor();
  await visitor.isAccessible("me");
  await visitor.shot("me-secured");
  await visitor.leaves();
});

test("from then on the sign-in asks for a code, tells one that is wrong, and takes a recovery code", async () => {
  const visitor = await Visitor.arrives({ language: "en", who: null });
  const { page } = visitor;
  await visitor.opens("/me");
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  const code = page.getByLabel("Code", { exact: true });
  await code.waitFor();
  expect(await page.getByRole("alert").innerText()).toMatch(/code of the second factor is needed/);
  await visitor.isAccessible("code");
  await visitor.shot("sign-in-code");
  await code.fill("not a code");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("The code is wrong or was used before.").waitFor();
  await code.fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: `Me · ${displayName}` }).waitFor();
  await page.getByText("9 recovery codes left").waitFor();
  await visitor.leaves();
});

test("an administrator signs his browser out, and takes the second factor of somebody who has lost it away", async () => {
  const admin = await Visitor.arrives({ language: "en" });
  const { page } = admin;
  await admin.opens("/admin/members");
  await page.getByRole("button", { name: displayName }).click();
  const signIn = page.getByRole("region", { name: "Sign-in" });
  const ends = signIn.getByRole("button", { name: "Sign out" });
  await ends.first().waitFor();
  const before = await ends.count();
  await admin.isAccessible("member");
  await admin.shot("member-sign-in");
  await ends.first().click();
  await page.getByRole("dialog", { name: "Sign this browser out?" }).getByRole("button", { name: "Sign out" }).click();
  await expect.poll(() => ends.count()).toBe(before - 1);
  await signIn.getByRole("button", { name: "Remove the second factor" }).click();
  const ask = page.getByRole("dialog", { name: /^Remove the second factor of/ });
  await ask.getByRole("button", { name: "Remove the second factor" }).click();
  await page.getByText("The second factor is removed").waitFor();
  await expect.poll(() => signIn.getByRole("button", { name: "Remove the second factor" }).count()).toBe(0);
  await admin.isAccessible("member without second factor");
  await admin.leaves();
});
