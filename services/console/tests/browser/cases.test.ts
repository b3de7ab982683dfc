import { afterAll, beforeAll, expect, test } from "vitest";
import { confirm, dialog, fill, idHere } from "./hand";
import { api, closeBrowser, type Language, person, type Size, token, Visitor } from "./harness";
import { assign, callOff, confirmOrder, convert, direct, handOver, route, WORDS, win, workUp } from "./walk";

type Person = Awaited<ReturnType<typeof person>>;
let agent: Person;
let manager: Person;
let seller: Person;

beforeAll(async () => {
  agent = await person("demo-agent");
  manager = await person("demo-manager");
  seller = await person("demo-seller");
});
afterAll(closeBrowser);

/** An enquiry goes from the call to the confirmed order, by the hands of three people. */
async function enquiry(language: Language, size: Size, company: string): Promise<void> {
  const w = WORDS[language];
  const caller = await Visitor.arrives({ language, size, who: agent });
  await caller.opens("/leads?new=1");
  await dialog(caller.page).waitFor();
  await fill(caller.page, w.company, company);
  await fill(caller.page, w.phone, `021-5550${Math.floor(1000 + Math.random() * 9000)}`);
  await fill(caller.page, w.title, `${company} CNC-500`);
  await caller.isAccessible("new lead");
  await confirm(caller.page, w.create);
  await caller.page.waitForURL(/\/leads\/[0-9a-f-]{36}/);
  const lead = idHere(caller.page);
  await route(caller);
  await caller.leaves();

  const head = await Visitor.arrives({ language, size, who: manager });
  await assign(head, lead);
  await head.leaves();

  const sells = await Visitor.arrives({ language, size, who: seller });
  await sells.opens(`/leads/${lead}`);
  await workUp(sells);
  await convert(sells);
  await win(sells);
  const order = await handOver(sells, "order");
  await sells.leaves();

  const clerk = await Visitor.arrives({ language, size, who: manager });
  await clerk.opens(`/orders/${order}`);
  await confirmOrder(clerk);
  await clerk.page.getByRole("tab", { name: w.chain }).click();
  await clerk.page.locator(`a[href='/leads/${lead}']`).first().waitFor();
  expect(await clerk.page.locator(".strip a[href^='/leads/']").count()).toBe(1);
  await clerk.leaves();
}

/** A customer who speaks to the salesperson himself: account, deal, contract and order, with nothing before them. */
async function acquaintance(language: Language, company: string): Promise<void> {
  const sells = await Visitor.arrives({ language, who: seller });
  await direct(sells, company);
  await win(sells);
  const contract = await handOver(sells, "contract");
  await sells.leaves();

  const clerk = await Visitor.arrives({ language, who: manager });
  await clerk.opens(`/contracts/${contract}`);
  await callOff(clerk);
  await confirmOrder(clerk);
  await clerk.page.locator(".strip").getByText(WORDS[language].direct).waitFor();
  await clerk.leaves();
}

test("a call to the hotline becomes a confirmed order, by mouse, in Chinese", () =>
  enquiry("zh-CN", "desktop", `苏州恒锐模具有限公司${Date.now() % 10_000}`));

test("the same in English on a phone", () => enquiry("en", "phone", `Henry Tools ${Date.now() % 10_000}`));

test("a customer who calls the salesperson becomes account, deal, contract and order, by mouse, in Chinese", () =>
  acquaintance("zh-CN", `宁波启航机械有限公司${Date.now() % 10_000}`));

test("the same in English", () => acquaintance("en", `Sailing Machines ${Date.now() % 10_000}`));

test("a prospect of a bought list is verified by keyboard alone, and the next one is open", async () => {
  const boss = await token();
  const name = `键盘核实 ${Date.now()}`;
  await api(boss, "POST", "/v1/prospects", {
    type: "PARTY_TYPE_COMPANY",
    name,
    phone: "0571-8880 9999",
    industry: name,
  });
  const calls = await Visitor.arrives();
  await calls.opens(`/verify?industry=${encodeURIComponent(name)}`);
  await calls.page.getByText(name).first().waitFor();
  await calls.isAccessible("verify");
  await calls.page.keyboard.press("e");
  await calls.page.keyboard.type("前台确认");
  await calls.page.keyboard.press("Enter");
  await calls.page.getByText("没有待核实的潜在客户").or(calls.page.getByText("这一轮已完成")).first().waitFor();
  const found = (await api(boss, "GET", `/v1/accounts?query=${encodeURIComponent(name)}`)) as unknown as {
    accounts: { name: string; state: string }[];
  };
  expect(found.accounts.map((a) => a.state)).toEqual(["PARTY_STATE_ACCOUNT"]);
  await calls.leaves();
});
