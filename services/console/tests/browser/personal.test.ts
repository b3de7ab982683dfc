import { afterAll, beforeAll, expect, test } from "vitest";
import { choose, confirm, dialog, fill } from "./hand";
import { api, closeBrowser, person, textOf, token, Visitor } from "./harness";

type Person = Awaited<ReturnType<typeof person>>;
let boss: Person;
let account = "";

const NAME = "个人信息测试";

/** An account with a contact who is to be erased, and what was said with her. */
beforeAll(async () => {
  boss = await person("demo-boss");
  const his = await token(boss.user, boss.password);
  const made = async (path: string, body: object) => (await api(his, "POST", path, body)) as Record<string, never>;
  const party = { type: "PARTY_TYPE_COMPANY", name: "个人信息测试有限公司" };
  account = ((await made("/v1/accounts", party)) as unknown as { party: { id: string } }).party.id;
  const contact = (await made("/v1/contacts", { partyId: account, name: NAME, phone: "13655554444" })) as never as {
    id: string;
  };
  await made("/v1/interactions", {
    about: { kind: "CONTACT", id: contact.id },
    channel: "CHANNEL_PHONE",
    kind: "INTERACTION_KIND_CALL",
    summary: `和${NAME}通了电话`,
  });
});
afterAll(closeBrowser);

test("a person is told what is held of her, and erased once her name was typed", async () => {
  const visitor = await Visitor.arrives({ who: boss });
  const { page } = visitor;
  await visitor.opens(`/customers/${account}`);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: `查看所持有的个人信息: ${NAME}` }).click();
  const held = JSON.parse(await textOf(await download)) as { records: { kind: string }[] };
  expect(held.records.map((r) => r.kind)).toEqual(["CONTACT", "INTERACTION", "IDENTITY_KEY"]);

  await page.getByRole("button", { name: `删除此人的个人信息: ${NAME}` }).click();
  await dialog(page)
    .getByText(/清空：联系人 1/)
    .waitFor();
  await visitor.isAccessible("what an erasure comes to");
  await visitor.shot("erasure");
  await choose(page, "原因", "本人要求");
  await fill(page, `请输入“${NAME}”以继续`, "别人");
  await dialog(page).getByRole("button", { name: "删除此人的个人信息" }).click();
  await dialog(page).getByText("与要求输入的内容不一致").waitFor();
  await fill(page, `请输入“${NAME}”以继续`, NAME);
  await confirm(page, "删除此人的个人信息");
  await page.getByRole("listitem").getByText("个人信息已删除").waitFor();
  await visitor.settles();
  expect(await page.locator("main").innerText()).not.toContain("13655554444");
  await visitor.isAccessible("a customer with an erased person");
  await visitor.leaves();
});
