import { afterAll, beforeAll, expect, test } from "vitest";
import { choose, confirm, dialog, fill, idHere, stands, verb } from "./hand";
import { api, closeBrowser, person, type Size, token, Visitor } from "./harness";

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

/** What is to be read in the pages, in both languages. */
const WORDS = {
  "zh-CN": {
    newLead: "新建线索",
    company: "名称",
    phone: "电话",
    contact: "联系人姓名",
    title: "主题",
    create: "创建线索",
    identify: "确认合格",
    route: "分配到区域",
    territory: "区域",
    assign: "指派业务员",
    salesperson: "业务员",
    receive: "接收",
    logContact: "登记首次联系",
    accept: "确认需求",
    plan: "跟进计划",
    convert: "转化",
    save: "保存",
    became: "新建销售机会",
    handedOn: "已经交出",
    withSeller: "待业务员接收",
    accepted: "已确认",
    converted: "已转化",
    addLines: "添加明细",
    product: "产品",
    quantity: "数量",
    win: "赢单",
    won: "赢单",
    handOver: "生成合同或订单",
    becomes: "生成",
    order: "订单",
    make: /生成|确定|保存/,
    handedOver: "已移交商务",
    confirmOrder: "确认订单",
    orderAccepted: "已接单",
    chain: "来龙去脉",
    verified: "属实",
  },
  en: {
    newLead: "New lead",
    company: "Name",
    phone: "Phone",
    contact: "Name of the person",
    title: "Subject",
    create: "Create lead",
    identify: "Identify",
    route: "Route to a territory",
    territory: "Territory",
    assign: "Assign to a salesperson",
    salesperson: "Salesperson",
    receive: "Take it",
    logContact: "Log first contact",
    accept: "Accept",
    plan: "Follow-up plan",
    convert: "Convert",
    save: "Save",
    became: "A new opportunity",
    handedOn: "handed on",
    withSeller: "Salesperson to take it",
    accepted: "Accepted",
    converted: "Converted",
    addLines: "Add lines",
    product: "Product",
    quantity: "Quantity",
    win: "Won",
    won: "Won",
    handOver: "Make a contract or order",
    becomes: "It becomes",
    order: "Order",
    make: /Make|OK|Save/,
    handedOver: "Handed over",
    confirmOrder: "Confirm",
    orderAccepted: "Accepted",
    chain: "Chain",
    verified: "Confirmed",
  },
} as const;

/** An enquiry goes from the call to the confirmed order, by the hands of three people. */
async function enquiry(language: "zh-CN" | "en", size: Size, company: string): Promise<void> {
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
  await verb(caller, w.identify);
  await verb(caller, w.route);
  await choose(caller.page, w.territory, "华东区");
  await confirm(caller.page, w.route);
  await caller.page.locator(".empty").filter({ hasText: w.handedOn }).waitFor();
  await caller.leaves();

  const head = await Visitor.arrives({ language, size, who: manager });
  await head.opens("/");
  await head.page.locator(`#main a[href='/leads/${lead}']`).first().click();
  await verb(head, w.assign);
  await choose(head.page, w.salesperson, "林浩");
  await confirm(head.page, w.assign);
  await stands(head, w.withSeller);
  await head.leaves();

  const sells = await Visitor.arrives({ language, size, who: seller });
  await sells.opens(`/leads/${lead}`);
  await verb(sells, w.receive);
  await verb(sells, w.logContact);
  await confirm(sells.page, w.save);
  await verb(sells, w.accept);
  await fill(sells.page, w.plan, "Demo on Tuesday");
  await confirm(sells.page, w.save);
  await stands(sells, w.accepted);
  await verb(sells, w.convert);
  await sells.page.locator(".ant-modal").getByText(w.became).first().waitFor();
  await sells.isAccessible("convert");
  await confirm(sells.page, w.convert);
  await stands(sells, w.converted);
  await sells.page.locator(".highlights a[href^='/opportunities/']").click();
  await sells.page.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
  const deal = idHere(sells.page);
  await win(sells, w);
  await handOver(sells, w, w.order);
  await sells.leaves();

  const clerk = await Visitor.arrives({ language, size, who: manager });
  await clerk.opens(`/orders/${await madeOf(deal)}`);
  await verb(clerk, w.confirmOrder);
  await confirm(clerk.page, w.confirmOrder);
  await stands(clerk, w.orderAccepted);
  await clerk.page.getByRole("tab", { name: w.chain }).click();
  await clerk.page.locator(`a[href='/leads/${lead}']`).first().waitFor();
  expect(await clerk.page.locator(".strip a[href^='/leads/']").count()).toBe(1);
  await clerk.leaves();
}

type Words = (typeof WORDS)["zh-CN"] | (typeof WORDS)["en"];

/** Two of the first product, and the deal is won. */
async function win(seller: Visitor, w: Words): Promise<void> {
  const { page } = seller;
  await page.getByRole("button", { name: w.addLines }).click();
  await page
    .getByRole("combobox", { name: new RegExp(w.product) })
    .first()
    .click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").first().click();
  await page
    .getByRole("textbox", { name: new RegExp(w.quantity) })
    .first()
    .fill("2");
  await page.getByRole("button", { name: w.save }).first().click();
  await seller.settles();
  await verb(seller, w.win);
  await stands(seller, w.won);
}

async function handOver(seller: Visitor, w: Words, becomes: string): Promise<void> {
  await verb(seller, w.handOver);
  await choose(seller.page, w.becomes, becomes);
  await confirm(seller.page, w.make);
  await stands(seller, w.handedOver);
}

/** The contract or order that was made of a deal. */
async function madeOf(deal: string): Promise<string> {
  const told = (await api(await token(), "GET", `/v1/opportunities/${deal}/handOver`)) as unknown as { madeId: string };
  return told.madeId;
}

test("a call to the hotline becomes a confirmed order, by mouse, in Chinese", () =>
  enquiry("zh-CN", "desktop", `苏州恒锐模具有限公司${Date.now() % 10_000}`));

test("the same in English on a phone", () => enquiry("en", "phone", `Henry Tools ${Date.now() % 10_000}`));

test("a customer who calls the salesperson becomes account, deal, contract and order, by mouse, in Chinese", async () => {
  const w = WORDS["zh-CN"];
  const company = `宁波启航机械有限公司${Date.now() % 10_000}`;
  const sells = await Visitor.arrives({ who: seller });
  await sells.opens("/customers?new=1");
  await dialog(sells.page).waitFor();
  await fill(sells.page, "客户名称", company);
  await sells.isAccessible("new account");
  await confirm(sells.page, /新建|创建|保存/);
  await sells.page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
  await sells.opens("/opportunities?new=1");
  await dialog(sells.page).waitFor();
  await fill(sells.page, "名称", `${company} 追加两台`);
  await dialog(sells.page).getByRole("combobox", { name: "客户" }).fill(company.slice(0, 6));
  await sells.page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter({ hasText: company }).click();
  await confirm(sells.page, "新建");
  await sells.page.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
  const deal = idHere(sells.page);
  await win(sells, w);
  await handOver(sells, w, "合同");
  await sells.leaves();

  const clerk = await Visitor.arrives({ who: manager });
  await clerk.opens(`/contracts/${await madeOf(deal)}`);
  await verb(clerk, "使合同生效");
  await confirm(clerk.page, /生效|确定/);
  await stands(clerk, "执行中");
  await verb(clerk, "下单");
  await confirm(clerk.page, "生成订单");
  await clerk.page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  await verb(clerk, w.confirmOrder);
  await confirm(clerk.page, w.confirmOrder);
  await stands(clerk, w.orderAccepted);
  await clerk.page.locator(".strip").getByText("直接创建").waitFor();
  await clerk.leaves();
});

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
