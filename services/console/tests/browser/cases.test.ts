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
  await sells.page.getByRole("button", { name: w.addLines }).click();
  await sells.page
    .getByRole("combobox", { name: new RegExp(w.product) })
    .first()
    .click();
  await sells.page.locator(".ant-select-dropdown:visible .ant-select-item-option").first().click();
  await sells.page
    .getByRole("textbox", { name: new RegExp(w.quantity) })
    .first()
    .fill("2");
  await sells.page.getByRole("button", { name: w.save }).first().click();
  await sells.settles();
  await verb(sells, w.win);
  await stands(sells, w.won);
  await verb(sells, w.handOver);
  await choose(sells.page, w.becomes, w.order);
  await confirm(sells.page, w.make);
  await stands(sells, w.handedOver);
  await sells.leaves();

  const told = (await api(await token(), "GET", `/v1/opportunities/${deal}/handOver`)) as unknown as { madeId: string };
  const clerk = await Visitor.arrives({ language, size, who: manager });
  await clerk.opens(`/orders/${told.madeId}`);
  await verb(clerk, w.confirmOrder);
  await confirm(clerk.page, w.confirmOrder);
  await stands(clerk, w.orderAccepted);
  await clerk.page.getByRole("tab", { name: w.chain }).click();
  await clerk.page.locator(`a[href='/leads/${lead}']`).first().waitFor();
  expect(await clerk.page.locator(".strip a[href^='/leads/']").count()).toBe(1);
  await clerk.leaves();
}

test("a call to the hotline becomes a confirmed order, by mouse, in Chinese", () =>
  enquiry("zh-CN", "desktop", `苏州恒锐模具有限公司${Date.now() % 10_000}`));

test("the same in English on a phone", () => enquiry("en", "phone", `Henry Tools ${Date.now() % 10_000}`));
