import { choose, confirm, dialog, fill, idHere, stands, verb } from "./hand";
import { api, token, type Visitor } from "./harness";

/** What is to be read in the pages, in both languages. */
export const WORDS = {
  "zh-CN": {
    newLead: "新建线索",
    company: "名称",
    phone: "电话",
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
    contract: "合同",
    make: /生成|新建|创建|确定|保存/,
    handedOver: "已移交商务",
    confirmOrder: "确认订单",
    orderAccepted: "已接单",
    activate: "使合同生效",
    inForce: "执行中",
    callOff: "下单",
    makeOrder: "生成订单",
    account: "客户名称",
    deal: "名称",
    customer: "客户",
    direct: "直接创建",
    chain: "来龙去脉",
  },
  en: {
    newLead: "New lead",
    company: "Name",
    phone: "Phone",
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
    contract: "Contract",
    make: /Make|New|Create|OK|Save/,
    handedOver: "Handed over",
    confirmOrder: "Confirm",
    orderAccepted: "Accepted",
    activate: "Put into force",
    inForce: "In force",
    callOff: "Call off an order",
    makeOrder: "Create the order",
    account: "Name",
    deal: "Name",
    customer: "Customer",
    direct: "Created directly",
    chain: "Chain",
  },
} as const;

export type Words = (typeof WORDS)["zh-CN"] | (typeof WORDS)["en"];

/** Whoever took a lead down finds it worth a look and hands it to the region's manager; then it is out of his sight. */
export async function route(caller: Visitor): Promise<void> {
  const w = WORDS[caller.language];
  await verb(caller, w.identify);
  await verb(caller, w.route);
  await choose(caller.page, w.territory, "华东区");
  await confirm(caller.page, w.route);
  await caller.page.locator(".empty").filter({ hasText: w.handedOn }).waitFor();
}

/** The manager finds the lead among what waits for him, and gives it to a salesperson. */
export async function assign(manager: Visitor, lead: string): Promise<void> {
  const w = WORDS[manager.language];
  await manager.opens("/");
  await manager.page.locator(`#main a[href='/leads/${lead}']`).first().click();
  await verb(manager, w.assign);
  await choose(manager.page, w.salesperson, "林浩");
  await confirm(manager.page, w.assign);
  await stands(manager, w.withSeller);
}

/** The salesperson takes the lead that is open, speaks to the customer and finds that he wants to buy. */
export async function workUp(seller: Visitor): Promise<void> {
  const w = WORDS[seller.language];
  await verb(seller, w.receive);
  await verb(seller, w.logContact);
  await confirm(seller.page, w.save);
  await verb(seller, w.accept);
  await fill(seller.page, w.plan, "Demo on Tuesday");
  await confirm(seller.page, w.save);
  await stands(seller, w.accepted);
}

/** Makes a deal of the lead that is open, and goes to it; answers its id. */
export async function convert(seller: Visitor): Promise<string> {
  const w = WORDS[seller.language];
  await verb(seller, w.convert);
  await seller.page.locator(".ant-modal").getByText(w.became).first().waitFor();
  await seller.isAccessible("convert");
  await confirm(seller.page, w.convert);
  await stands(seller, w.converted);
  await seller.page.locator(".highlights a[href^='/opportunities/']").click();
  await seller.page.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
  return idHere(seller.page);
}

/** Two of the first product, and the deal is won. */
export async function win(seller: Visitor): Promise<void> {
  const { page } = seller;
  const w = WORDS[seller.language];
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

/** Makes a contract or an order of the deal that was won; answers its id. */
export async function handOver(seller: Visitor, becomes: "contract" | "order"): Promise<string> {
  const w = WORDS[seller.language];
  await verb(seller, w.handOver);
  await choose(seller.page, w.becomes, w[becomes]);
  await confirm(seller.page, w.make);
  await stands(seller, w.handedOver);
  return madeOf(idHere(seller.page));
}

/** The contract or order that was made of a deal. */
async function madeOf(deal: string): Promise<string> {
  const told = (await api(await token(), "GET", `/v1/opportunities/${deal}/handOver`)) as unknown as { madeId: string };
  return told.madeId;
}

/** Puts the contract that is open into force and orders all of it; the order is open then. */
export async function callOff(clerk: Visitor): Promise<void> {
  const w = WORDS[clerk.language];
  await verb(clerk, w.activate);
  await confirm(clerk.page, w.activate);
  await stands(clerk, w.inForce);
  await verb(clerk, w.callOff);
  await confirm(clerk.page, w.makeOrder);
  await clerk.page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
}

/** Confirms the order that is open. */
export async function confirmOrder(clerk: Visitor): Promise<void> {
  const w = WORDS[clerk.language];
  await verb(clerk, w.confirmOrder);
  await confirm(clerk.page, w.confirmOrder);
  await stands(clerk, w.orderAccepted);
}

/** A customer whom the salesperson knows himself, and what that customer wants; the deal is open then. */
export async function direct(seller: Visitor, company: string): Promise<void> {
  const w = WORDS[seller.language];
  const { page } = seller;
  await seller.opens("/customers?new=1");
  await dialog(page).waitFor();
  await fill(page, w.account, company);
  await seller.isAccessible("new account");
  await confirm(page, w.make);
  await page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
  await seller.opens("/opportunities?new=1");
  await dialog(page).waitFor();
  await fill(page, w.deal, `${company} 追加两台`);
  await dialog(page).getByRole("combobox", { name: w.customer }).fill(company.slice(0, 6));
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter({ hasText: company }).click();
  await confirm(page, w.make);
  await page.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
}
