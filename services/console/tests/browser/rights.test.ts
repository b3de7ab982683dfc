import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { choose, confirm, dialog, fill, verb } from "./hand";
import { api, closeBrowser, person, token, Visitor } from "./harness";

type Person = Awaited<ReturnType<typeof person>>;

const OWNER = "权限测试甲";
const HELPER = "权限测试乙";
const CLERK = "权限测试丙";
const COMPANY = "权限测试水泵有限公司";

let owner: Person;
let helper: Person;
let clerk: Person;
let clerkId = "";
let account = "";

/** Two salespeople, an account with a contact that the one holds, and a clerk who works with customers but not with persons. */
beforeAll(async () => {
  const admin = await token();
  const made = async (path: string, body: object) => (await api(admin, "POST", path, body)) as Record<string, never>;
  await made("/v1/grants", {
    function: "FUNCTION_CUSTOMER",
    access: "ACCESS_WRITE",
    scope: "GRANT_SCOPE_ALL",
    role: "switchboard",
  });
  const member = async (name: string, displayName: string, role: string) =>
    (await made("/v1/members", { name, displayName, roles: [role] })).id as unknown as string;
  const ownerId = await member("rights-test-a", OWNER, "salesperson");
  await member("rights-test-b", HELPER, "salesperson");
  clerkId = await member("rights-test-c", CLERK, "switchboard");
  [owner, helper, clerk] = [
    await person("rights-test-a"),
    await person("rights-test-b"),
    await person("rights-test-c"),
  ];
  const body = { type: "PARTY_TYPE_COMPANY", name: COMPANY, ownerId };
  // That there is a new member comes to the services a moment after the directory knows.
  for (let tries = 0; tries < 50 && !account; tries += 1) {
    const answer = await made("/v1/accounts", body).catch(() => undefined);
    account = (answer as { party: { id: string } } | undefined)?.party.id ?? "";
    if (!account) await new Promise((later) => setTimeout(later, 200));
  }
  expect(account).not.toBe("");
  await made("/v1/contacts", {
    partyId: account,
    name: "张三",
    phone: "+8613812345678",
    email: "zhangsan@pumps.example",
    wechat: "zhang_wx",
  });
});
afterAll(closeBrowser);

/** Picks several of a list in the dialog that is open, and shuts the list. */
async function chooseAll(page: Page, label: string, options: string[]): Promise<void> {
  const shown = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option");
  for (const option of options) {
    await dialog(page).getByRole("combobox", { name: label }).fill(option);
    await shown.filter({ hasText: option }).first().click();
  }
  await dialog(page).locator(".ant-modal-title").click();
}

/** Opens a page again and again until it shows something: what the directory decides comes to the services a moment later. */
async function opensUntil(visitor: Visitor, path: string, shown: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await visitor.opens(path);
    if (await visitor.page.getByText(shown).first().isVisible()) return;
  }
  throw new Error(`${path} does not show ${shown}`);
}

test("a team is formed, told at its members, and put away", async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  await visitor.opens("/admin/teams?new=1");
  await dialog(page).waitFor();
  await fill(page, "团队名称", "水泵组");
  await chooseAll(page, "团队成员", [OWNER, HELPER]);
  await visitor.isAccessible("new team");
  await confirm(page, /^新\s?建$/);
  const row = page.getByRole("row").filter({ hasText: "水泵组" });
  await row.filter({ hasText: OWNER }).filter({ hasText: HELPER }).waitFor();
  await visitor.settles();
  await visitor.isAccessible("teams");
  await visitor.shot("teams");

  await visitor.opens("/admin/members?q=rights-test-b");
  await page.getByRole("button", { name: HELPER }).click();
  await dialog(page).locator("dl.details").getByText("水泵组").waitFor();
  await visitor.settles();
  await visitor.isAccessible("member with a team");

  await visitor.opens("/admin/teams");
  await row.getByRole("button", { name: "更多操作" }).click();
  await page.getByRole("menuitem", { name: "归档" }).click();
  await confirm(page, /^归\s?档$/);
  await row.waitFor({ state: "hidden" });
  await visitor.leaves();
});

test("a change of the organisation is planned, refused at its field, and taken back", async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  await visitor.opens(`/admin/placements?member=${clerkId}`);
  const row = (state: string) => page.getByRole("row").filter({ hasText: CLERK }).filter({ hasText: state });
  await page.getByRole("button", { name: "计划变更" }).click();
  await dialog(page).waitFor();
  await choose(page, "区域", /./);
  await fill(page, "生效日", "2020-01-01");
  await dialog(page).getByRole("button", { name: "建立计划" }).click();
  await dialog(page).getByText("须晚于今天").waitFor();
  await visitor.isAccessible("refused plan");
  await visitor.shot("plan");
  await fill(page, "生效日", "2099-01-01");
  await confirm(page, "建立计划");
  await row("计划中")
    .getByRole("button", { name: /^撤\s?回$/ })
    .click();
  await visitor.shot("placements-planned");
  await confirm(page, /^撤\s?回$/);
  await row("已撤回").waitFor();
  await visitor.leaves();
});

test("a record is shared: whom it is shown to sees it and cannot pass it on, until that is ended", async () => {
  const hers = await Visitor.arrives({ who: owner });
  await opensUntil(hers, `/customers/${account}`, COMPANY);
  await verb(hers, "共享…");
  await dialog(hers.page).getByText("还没有共享给任何人").waitFor();
  await hers.isAccessible("share");
  await hers.shot("share");
  await choose(hers.page, "成员姓名", HELPER);
  await confirm(hers.page, /^共\s?享$/);

  const his = await Visitor.arrives({ who: helper });
  await opensUntil(his, `/customers/${account}`, COMPANY);
  await his.opens("/");
  const section = his.page.getByRole("region", { name: "共享给我的" });
  await section.getByRole("link", { name: COMPANY }).waitFor();
  await his.isAccessible("shared with me");
  await his.shot("shared-with-me");
  await section.getByRole("link", { name: COMPANY }).click();
  await his.page.getByRole("heading", { level: 1, name: COMPANY }).waitFor();
  await verb(his, "共享…");
  await choose(his.page, "成员姓名", CLERK);
  await dialog(his.page)
    .getByRole("button", { name: /^共\s?享$/ })
    .last()
    .click();
  const refused = dialog(his.page).getByRole("alert").first();
  await refused.waitFor();
  expect(await refused.innerText()).toContain("只有自己能修改这条记录的人才能共享它");
  await his.isAccessible("share refused");
  await his.leaves();

  await hers.opens(`/customers/${account}`);
  await verb(hers, "共享…");
  await dialog(hers.page)
    .getByRole("button", { name: `结束对 ${HELPER} 的共享` })
    .click();
  await dialog(hers.page).getByText("还没有共享给任何人").waitFor();
  await hers.leaves();
});

test("who may not see how persons are reached sees it masked, told why, and works with the rest", async () => {
  for (const size of ["desktop", "phone"] as const) {
    const visitor = await Visitor.arrives({ language: "en", who: clerk, size });
    const { page } = visitor;
    await opensUntil(visitor, `/customers/${account}`, COMPANY);
    if (size === "phone") await page.getByRole("tab", { name: "Overview" }).click();
    const masked = page.getByRole("button", { name: /\+86138\*\*\*\*5678 Masked/ });
    await masked.focus();
    expect(await page.locator("a[href^='tel:+86138']").count()).toBe(0);
    await page.getByRole("tooltip").filter({ hasText: "Personal data" }).waitFor();
    await visitor.isAccessible("masked contact");
    await visitor.shot("masked");
    await page.getByRole("button", { name: "Edit contact: 张三" }).click();
    await dialog(page).getByLabel("Name").first().waitFor();
    expect(await dialog(page).getByLabel("Phone").count()).toBe(0);
    await fill(page, "Job title", `Buyer, ${size}`);
    await confirm(page, "Save");
    await page.getByText(`Buyer, ${size}`).waitFor();
    await visitor.leaves();
  }
});

test("what a person may do and see is told with its reasons, and tried before it is saved", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  const { page } = visitor;
  await visitor.opens(`/admin/members/${clerkId}/rights`);
  const fields = page.getByRole("region", { name: "Fields that are for fewer people" });
  await fields.getByRole("row", { name: /Phone, e-mail and WeChat of persons.*Masked everywhere/ }).waitFor();
  const preview = page.getByRole("region", { name: "How it would be otherwise" });
  const roles = preview.getByRole("combobox", { name: "Roles" });
  await roles.fill("Sales manager");
  await page
    .locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
    .filter({ hasText: "Sales manager" })
    .click();
  await page.keyboard.press("Escape");
  await preview.getByRole("row", { name: /Lead routing.*Read and change: own.*Gained/ }).waitFor();
  await preview.getByRole("row", { name: /Personal data.*Gained/ }).waitFor();
  await visitor.settles();
  await visitor.isAccessible("rights and their preview");
  await visitor.shot("rights");
  await preview.getByRole("button", { name: "As it is now" }).click();
  await preview.getByRole("row", { name: /Lead routing/ }).waitFor({ state: "hidden" });
  await visitor.leaves();

  const phone = await Visitor.arrives({ size: "phone" });
  await phone.opens(`/admin/members/${clerkId}/rights`);
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await phone.isAccessible("rights");
  await phone.shot("rights");
  await phone.leaves();
});

test("departments are set up with their functions at once, and what is there stays", async () => {
  const visitor = await Visitor.arrives({ language: "en" });
  const { page } = visitor;
  await visitor.opens("/admin/functions?preset=1");
  const asked = dialog(page);
  await asked.getByRole("row", { name: /Department Call centre Personal data Read · All New/ }).waitFor();
  await asked.getByRole("row", { name: /Role Sales manager Lead routing.*There already/ }).waitFor();
  await visitor.isAccessible("preset by department");
  await visitor.shot("preset");
  await asked.getByRole("button", { name: "Create what is missing" }).click();
  await asked.getByText("All of it is there already").waitFor();
  await asked.getByRole("row", { name: /Department Call centre Personal data Read · All Done/ }).waitFor();
  await visitor.isAccessible("preset carried out");
  await asked.getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: /Department Call centre Personal data Read · All/ }).waitFor();
  await visitor.leaves();
});
