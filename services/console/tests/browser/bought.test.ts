import { afterAll, beforeAll, expect, test } from "vitest";
import { confirm, dialog, fill, idHere, stands } from "./hand";
import { closeBrowser, person, textOf, Visitor } from "./harness";
import { assign, callOff, confirmOrder, convert, handOver, route, WORDS, win, workUp } from "./walk";

type Person = Awaited<ReturnType<typeof person>>;
let boss: Person;
let agent: Person;
let manager: Person;
let seller: Person;

beforeAll(async () => {
  boss = await person("demo-boss");
  agent = await person("demo-agent");
  manager = await person("demo-manager");
  seller = await person("demo-seller");
});
afterAll(closeBrowser);

const mark = 10_000 + (Date.now() % 90_000);
/** Whom the list is about: one who is interested, one who does not answer, and two rows that nobody can take. */
const INTERESTED = `嘉兴宏远注塑机械有限公司${mark}`;
const SILENT = `湖州顺达塑料模具厂${mark}`;
const NO_ADDRESS = `绍兴永固轴承有限公司${mark}`;
const NO_NUMBER = `台州立新铸造有限公司${mark}`;
const INDUSTRY = `注塑机械${mark}`;
const WISH = `${INTERESTED}：可能更换加工中心`;

/** A list as it is sold: columns under names of its own, and not every row in order. */
function list(): string {
  const rows = [
    ["企业全称", "联系电话", "电子邮箱", "所属行业", "员工人数", "所属区域", "跟进人", "采集渠道"],
    [INTERESTED, `0573-8${mark}1`, "", INDUSTRY, "120", "华东区", "何静", "行业名录"],
    [SILENT, `0572-2${mark}2`, "", INDUSTRY, "35", "华东区", "何静", "行业名录"],
    [NO_ADDRESS, `0575-8${mark}3`, "没有邮箱", INDUSTRY, "60", "华东区", "何静", "行业名录"],
    [NO_NUMBER, `0576-8${mark}4`, "", INDUSTRY, "一百多", "华东区", "何静", "行业名录"],
  ];
  return rows.map((row) => row.join(",")).join("\r\n");
}

/** Goes to a page by the menu at the left. */
async function turn(visitor: Visitor, name: string): Promise<void> {
  await visitor.page.getByRole("menu").getByRole("link", { name, exact: true }).click();
  await visitor.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await visitor.settles();
}

/** Waits until the page says so in a pill: "新建 2". */
const told = (visitor: Visitor, text: string) =>
  visitor.page.locator("#main .pill").filter({ hasText: text }).first().waitFor();

/** The boss loads the list: file, columns, check, dry run, import, and the file of what was refused. */
async function load(): Promise<void> {
  const loads = await Visitor.arrives({ who: boss });
  const { page } = loads;
  await loads.opens("/");
  await turn(loads, "数据导入");
  const main = page.locator("#main");
  await main.getByRole("button", { name: /^潜在客户/ }).click();
  const asked = page.waitForEvent("filechooser");
  await main.getByText("点击选择文件").click();
  const file = { name: `行业名录${mark}.csv`, mimeType: "text/csv", buffer: Buffer.from(list()) };
  await (await asked).setFiles(file);
  await main.getByText("4 行，8 列").waitFor();
  await loads.isAccessible("import: the file");
  const next = main.getByRole("button", { name: "下一步" });
  await next.click();

  await main.getByText("还没有对应：客户名称").waitFor();
  expect(await next.isDisabled()).toBe(true);
  await page.getByRole("combobox", { name: "“企业全称”列对应的字段" }).click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter({ hasText: "客户名称" }).click();
  await loads.isAccessible("import: the columns");
  await next.click();

  await told(loads, "3 行可读取");
  await told(loads, "1 行有问题");
  await main.getByText("“一百多”不是整数").waitFor();
  await loads.isAccessible("import: the check");
  await main.getByRole("button", { name: "试运行" }).click();

  await main.getByRole("heading", { name: "试运行结果" }).waitFor();
  await told(loads, "新建 2");
  await told(loads, "拒绝 2");
  await main.getByRole("button", { name: "开始导入" }).click();
  await main.getByRole("heading", { name: "导入完成" }).waitFor();
  await told(loads, "新建 2");
  expect(await main.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("100");
  await loads.isAccessible("import: what became of it");
  await loads.shot("case-1-import");
  const handed = page.waitForEvent("download");
  await main.getByRole("button", { name: "下载被拒绝的 2 行" }).click();
  const [head = "", ...refused] = (await textOf(await handed)).split("\r\n");
  expect(head).toContain("采集渠道,行号,问题");
  expect(refused.map((row) => row.split(",")[0]).sort()).toEqual([NO_ADDRESS, NO_NUMBER].sort());
  expect(refused.find((row) => row.startsWith(NO_NUMBER))).toContain("一百多");
  await loads.leaves();
}

/** The agent calls everybody on the list: one is interested, one does not answer. Hands the interest on; answers the lead. */
async function call(): Promise<string> {
  const calls = await Visitor.arrives({ who: agent });
  const { page } = calls;
  await calls.opens("/");
  await turn(calls, "核实队列");
  const search = page.locator("#main [role=search]");
  await search.getByLabel("行业").fill(INDUSTRY);
  await search.locator(".ant-input-search-btn").first().click();
  await page.getByText("待核实 2").waitFor();
  for (const today of ["今天 1 个", "今天 2 个"]) {
    await calls.settles();
    if ((await page.locator("h2.name").innerText()) === INTERESTED) {
      await page.getByLabel("与谁核实、确认了什么").fill("采购部王经理：电话和地址属实，可能要换两台机床");
      await page.getByRole("button", { name: "有意向，转线索" }).click();
      await dialog(page).waitFor();
      await fill(page, "主题", WISH);
      await confirm(page, "创建线索");
      await page.getByRole("button", { name: "属实" }).click();
    } else await page.getByRole("button", { name: "联系不上" }).click();
    await page.getByText(today).waitFor();
  }
  await page.getByText("这一轮已完成").waitFor();

  await turn(calls, "线索");
  await page.getByRole("link", { name: WISH }).click();
  await page.waitForURL(/\/leads\/[0-9a-f-]{36}/);
  const lead = idHere(page);
  await page.locator(".highlights a[href^='/customers/']").click();
  await stands(calls, "客户");
  await page.locator(".strip").getByText("数据导入").waitFor();
  await page.goBack();
  await stands(calls, "新线索");
  await route(calls);
  await calls.leaves();
  return lead;
}

/** The salesperson takes the lead, notes what was said and what comes next, makes a deal of it and wins it. Answers the contract. */
async function sell(lead: string): Promise<string> {
  const sells = await Visitor.arrives({ who: seller });
  const { page } = sells;
  await sells.opens("/");
  await page.locator(`#main a[href='/leads/${lead}']`).first().click();
  await workUp(sells);
  await page.getByRole("tab", { name: "往来" }).click();
  await page.getByRole("button", { name: "记电话" }).click();
  await dialog(page).waitFor();
  await fill(page, "内容", "王经理确认预算，要两台 CNC-500");
  await fill(page, "下一步", "周二上门演示");
  await confirm(page, "保存");
  await page.getByText("周二上门演示").first().waitFor();
  await convert(sells);
  await page
    .locator(".record-head")
    .getByRole("button", { name: /^推进到/ })
    .click();
  await sells.settles();
  await win(sells);
  const contract = await handOver(sells, "contract");
  await sells.leaves();
  return contract;
}

test("a bought list becomes prospects, an account, a lead, a deal, a contract and a confirmed order, by mouse, in Chinese", async () => {
  await load();
  const lead = await call();
  const head = await Visitor.arrives({ who: manager });
  await assign(head, lead);
  await head.leaves();
  const contract = await sell(lead);

  const clerk = await Visitor.arrives({ who: manager });
  const { page } = clerk;
  await clerk.opens(`/contracts/${contract}`);
  await callOff(clerk);
  await confirmOrder(clerk);
  await page.getByRole("tab", { name: WORDS["zh-CN"].chain }).click();
  const boxes = page.locator(".trace-node");
  await boxes.nth(4).waitFor();
  const kinds = (await boxes.locator(".trace-kind").allInnerTexts()).map((text) => text.trim().split(/\s/)[0]);
  expect(kinds).toEqual(["客户", "线索", "销售机会", "合同", "订单"]);
  expect(await boxes.first().innerText()).toContain("数据导入");
  expect(await page.locator(".trace-node[aria-current=true]").innerText()).toContain("订单");
  await clerk.isAccessible("the chain from the import on");
  await clerk.shot("case-1-chain");
  await clerk.leaves();
}, 240_000);
