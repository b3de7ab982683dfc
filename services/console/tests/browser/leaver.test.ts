import { afterAll, beforeAll, expect, test } from "vitest";
import { choose, confirm, dialog, fill, stands, verb } from "./hand";
import { api, closeBrowser, person, token, Visitor } from "./harness";

type Person = Awaited<ReturnType<typeof person>>;
let boss: Person;
let account = "";
let plan = "";
let doubtful = "";

const LEAVER = "交接测试甲";
const SUCCESSOR = "交接测试乙";
const COMPANY = "离职交接测试有限公司";

/** Two salespeople, and an account that one of them holds; and the plan of a third, whose successor is to be doubted. */
beforeAll(async () => {
  boss = await person("demo-boss");
  const admin = await token();
  const made = async (path: string, body: object) => (await api(admin, "POST", path, body)) as Record<string, never>;
  const member = async (name: string, displayName: string) =>
    (await made("/v1/members", { name, displayName, roles: ["salesperson"] })).id as unknown as string;
  const ownerId = await member("leaver-test-a", LEAVER);
  const successorId = await member("leaver-test-b", SUCCESSOR);
  doubtful = await member("leaver-test-c", "交接测试丙");
  plan = (await made("/v1/leaver-handovers", { memberId: successorId, successorId: doubtful })).id as unknown as string;
  const body = { type: "PARTY_TYPE_COMPANY", name: COMPANY, ownerId };
  // That there is a new member comes to the services a moment after the directory knows.
  for (let tries = 0; tries < 50 && !account; tries += 1) {
    const answer = await made("/v1/accounts", body).catch(() => undefined);
    account = (answer as { party: { id: string } } | undefined)?.party.id ?? "";
    if (!account) await new Promise((later) => setTimeout(later, 200));
  }
  expect(account).not.toBe("");
});
afterAll(closeBrowser);

test("somebody leaves: planned from his page, previewed, carried out, and proved by a report", async () => {
  const visitor = await Visitor.arrives({ who: boss });
  const { page } = visitor;
  await visitor.opens("/admin/members?q=leaver-test-a");
  await page.getByRole("button", { name: LEAVER }).click();
  await page.getByRole("button", { name: "离职交接…" }).click();
  await page.getByText("这里只建立计划").waitFor();
  await choose(page, "接手人", SUCCESSOR);
  await fill(page, "备注", "月底离职");
  await confirm(page, /^建立计划$/);
  await page.waitForURL(/\/admin\/leaver-handovers\/[0-9a-f-]{36}/);
  await stands(visitor, "计划");
  await visitor.settles();
  const preview = page.getByRole("tabpanel", { name: "预览" });
  await preview.getByRole("row", { name: `客户 ${SUCCESSOR} 1 0` }).waitFor();
  await visitor.isAccessible("preview of a handover");
  await visitor.shot("leaver-preview");

  await page.getByRole("tab", { name: /^规则/ }).click();
  await page.getByRole("button", { name: "添加规则" }).click();
  await choose(page, "种类", "跟进任务");
  await choose(page, "接手人", SUCCESSOR);
  await visitor.isAccessible("new rule");
  await confirm(page, /^保\s?存$/);
  await page.getByRole("button", { name: "移除规则 1" }).waitFor();
  await visitor.isAccessible("rules of a handover");

  await page.getByRole("tab", { name: "记录", exact: true }).click();
  await page.getByRole("link", { name: new RegExp(COMPANY) }).waitFor();

  await verb(visitor, "执行…");
  await dialog(page).getByText("以下各项立即生效：").waitFor();
  await visitor.isAccessible("what ends at once");
  await confirm(page, "终止权限并交接");
  await stands(visitor, "已完成");
  await page.getByRole("tab", { name: "报告" }).click();
  await page.getByRole("row", { name: `客户 ${SUCCESSOR} 1 1` }).waitFor();
  await page.getByText("全部完成").waitFor();
  await visitor.settles();
  await visitor.isAccessible("report of a handover");
  await visitor.shot("leaver-report");
  await visitor.leaves();
});

test("what was changed of a record is told on its page, and of all records in the audit", async () => {
  const visitor = await Visitor.arrives({ language: "en", who: boss });
  const { page } = visitor;
  await visitor.opens(`/customers/${account}`);
  await page.getByRole("tab", { name: "History of changes" }).click();
  const told = page.getByRole("row").filter({ hasText: "Handed on by a leaver handover" });
  await told.filter({ hasText: SUCCESSOR }).waitFor();
  expect(await told.innerText()).toContain(LEAVER);
  await visitor.isAccessible("history of changes");
  await visitor.shot("changes");

  await visitor.opens("/admin/audit?kind=LEAVER_HANDOVER");
  await page.getByRole("cell", { name: "Carried out" }).first().waitFor();
  await visitor.isAccessible("audit");
  await visitor.shot("audit");
  await visitor.leaves();
});

test("within thirty days it goes back: the leaver has his access and his records again", async () => {
  const visitor = await Visitor.arrives({ who: boss, size: "phone" });
  const { page } = visitor;
  await visitor.opens("/admin/leaver-handovers");
  await page.locator("#main a[href^='/admin/leaver-handovers/']").filter({ hasText: LEAVER }).first().click();
  await stands(visitor, "已完成");
  await page.getByRole("button", { name: /^回退…（.+前）$/ }).click();
  await dialog(page).getByText("已转到别人手上的保持不变").waitFor();
  await visitor.isAccessible("what a roll-back does");
  await visitor.shot("leaver-roll-back");
  await confirm(page, "回退");
  await stands(visitor, "已回退");
  await page.getByRole("tab", { name: "报告" }).click();
  await page.getByRole("row", { name: `客户 ${SUCCESSOR} 1 1 1 0` }).waitFor();
  await visitor.settles();
  await visitor.isAccessible("report of a roll-back");
  await visitor.shot("leaver-rolled-back");
  await visitor.opens(`/customers/${account}`);
  await page.locator(".highlights").getByText(LEAVER).waitFor();
  await visitor.opens("/admin/members?q=leaver-test-a");
  await page.getByRole("button", { name: LEAVER }).click();
  // Only who is active has a password.
  await page.getByRole("button", { name: "重置密码" }).waitFor();
  await visitor.leaves();
});

test("what speaks against a plan stands in its preview, is refused until it is settled, and a plan is given up", async () => {
  const admin = await token();
  await api(admin, "POST", `/v1/members/${doubtful}:deactivate`, {});
  const visitor = await Visitor.arrives({ who: boss });
  const { page } = visitor;
  await visitor.opens(`/admin/leaver-handovers/${plan}`);
  const conflicts = page.getByRole("region", { name: "需要注意的问题" });
  await conflicts.getByText("指定的接手人已停用").waitFor();
  await conflicts.getByText("须先解决").waitFor();
  await visitor.isAccessible("conflicts of a handover");
  await visitor.shot("leaver-conflicts");
  await verb(visitor, "执行…");
  await dialog(page).getByRole("button", { name: "终止权限并交接" }).click();
  await dialog(page).getByRole("alert").filter({ hasText: "指定的接手人已停用" }).waitFor();
  await visitor.isAccessible("a handover that is refused");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });

  await verb(visitor, "编辑");
  await choose(page, "接手人", LEAVER);
  await confirm(page, /^保\s?存$/);
  await page.getByText("没有发现问题。").waitFor();
  await verb(visitor, "放弃计划");
  await confirm(page, "放弃");
  await stands(visitor, "已放弃");
  await visitor.leaves();
});
