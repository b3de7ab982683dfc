import en from "../../i18n/en/imports.json";
import zh from "../../i18n/zh-CN/imports.json";
import type { FieldLabel, TargetKey } from "./model";
import type { Target } from "./targets";

/** What other systems call a field, besides what we call it in either language. */
const ALSO: Partial<Record<FieldLabel, string[]>> = {
  externalId: [
    "id",
    "no",
    "key",
    "external_id",
    "record id",
    "客户编号",
    "客户编码",
    "外部编号",
    "opportunity_id",
    "lead id",
  ],
  name: [
    "account",
    "company",
    "company name",
    "customer",
    "account name",
    "公司",
    "公司名称",
    "企业名称",
    "单位名称",
    "客户",
  ],
  type: ["customer type", "account type", "客户类型"],
  phone: ["tel", "telephone", "mobile", "phone number", "手机", "手机号", "联系电话", "座机"],
  email: ["mail", "e-mail address", "email address", "邮箱", "电子邮箱"],
  website: ["web", "site", "url", "homepage", "网址", "官网"],
  industry: ["sector", "branch", "所属行业"],
  country: ["office_location", "nation", "国别"],
  employees: ["staff", "headcount", "number of employees", "人数", "员工人数", "规模"],
  annualRevenue: ["revenue", "turnover", "年收入", "营业额", "年营收"],
  foundedYear: ["founded", "year_established", "established", "成立时间", "创立年份"],
  currency: ["currency code", "货币"],
  owner: ["sales_agent", "agent", "salesperson", "owner name", "account owner", "业务员", "所有者", "销售", "跟进人"],
  territory: ["region", "area", "regional_office", "地区", "大区", "所属区域"],
  parent: ["subsidiary_of", "parent", "parent account", "母公司", "上级公司"],
  createTime: ["created", "created at", "create date", "created date", "录入时间", "登记时间", "日期"],
  title: ["lead", "topic", "headline", "标题", "线索名称", "线索主题"],
  need: ["message", "description", "requirement", "note", "备注", "需求描述", "说明", "意向"],
  customerName: ["account", "company", "customer", "account name", "公司", "公司名称", "企业名称", "客户"],
  customerId: ["account id", "customer no", "company id", "客户编号", "客户编码"],
  customerPhone: ["phone", "tel", "mobile", "telephone", "电话", "手机", "联系电话"],
  customerEmail: ["email", "mail", "e-mail", "邮箱", "电子邮箱"],
  customerWebsite: ["website", "web", "网址", "网站", "官网"],
  customerIndustry: ["industry", "sector", "行业"],
  quality: ["lead status", "status", "state", "线索状态", "状态"],
  disqualifyReason: ["reason", "lost reason", "原因"],
  dealName: ["opportunity", "deal", "name", "opportunity name", "商机", "商机名称", "机会名称", "名称"],
  process: ["pipeline", "流程"],
  stage: ["sales stage", "阶段", "销售阶段"],
  state: ["deal_stage", "status", "result", "状态", "结果"],
  amount: ["close_value", "value", "price", "total", "金额", "成交金额"],
  engageDate: ["engage_date", "start date", "开始日期"],
  closeDate: ["close_date", "closed", "won date", "成交日期", "结单日期"],
  expectedCloseDate: ["expected close", "due date", "预计结单日期"],
  lossReason: ["reason", "loss reason", "失败原因"],
  competitor: ["competition", "对手"],
  description: ["note", "comment", "备注", "说明"],
  sku: ["code", "product code", "item", "料号", "货号", "产品编码", "产品编号"],
  productName: ["product", "name", "item name", "名称", "品名"],
  productLine: ["series", "line", "category", "系列", "类别", "分类"],
  unit: ["uom", "单位"],
  listPrice: ["price", "sales_price", "unit price", "价格", "单价", "售价"],
  territoryName: ["name", "territory", "region", "名称", "地区"],
  parentTerritory: ["parent", "parent_id", "上级", "上级区域"],
  manager: ["manager id", "经理", "负责人"],
  displayName: ["full name", "name", "employee", "sales_agent", "姓名", "名字"],
  userName: ["login", "user", "account", "账号", "登录名"],
  department: ["dept", "team", "部门"],
  roles: ["role", "position", "职位", "岗位"],
  memberTerritory: ["territory", "region", "regional_office", "区域", "地区"],
  language: ["locale", "语言"],
};

/** A header as it is compared: without case, space and signs. */
export const bare = (header: string) =>
  header
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\-./()（）:：*#"'“”]/g, "");

const names = (label: FieldLabel) => [zh.field[label], en.field[label], ...(ALSO[label] ?? [])].map(bare);

/** Which field each column becomes, by its place. */
export type Match = Record<number, string>;

/** Matches columns to fields by what they are called: as it was done last time, else by the same name, else by a part. */
export function guess(target: Target, header: string[], kept: Record<string, string>): Match {
  const match: Match = {};
  const taken = new Set<string>();
  const set = (column: number, field: string | undefined) => {
    if (!field || taken.has(field) || match[column] !== undefined) return;
    match[column] = field;
    taken.add(field);
  };
  const known = new Set(target.fields.map((f) => f.key));
  header.forEach((name, i) => {
    const before = kept[bare(name)];
    if (before !== undefined && known.has(before)) set(i, before);
  });
  const left = (name: string) => bare(name) !== "" && kept[bare(name)] === undefined;
  for (const fits of [
    (a: string, b: string) => a === b,
    (a: string, b: string) => a.length > 1 && b.length > 2 && (a.includes(b) || (a.length > 2 && b.includes(a))),
  ]) {
    header.forEach((name, i) => {
      if (!left(name)) return;
      set(i, target.fields.find((f) => !taken.has(f.key) && names(f.label).some((n) => fits(bare(name), n)))?.key);
    });
  }
  return match;
}

/** What is remembered of the last import of a target, in this browser. */
export interface Memory {
  /** Fields by bare headers; an empty one for a column that was left out. */
  columns: Record<string, string>;
  /** Words that were not understood by themselves and what they mean, by field. */
  words: Record<string, Record<string, string | number>>;
}

const keyOf = (target: TargetKey) => `baton.import.${target}`;

/** What was remembered of the last import of a target. */
export function recall(target: TargetKey): Memory {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(target)) ?? "{}") as Partial<Memory>;
    return { columns: kept.columns ?? {}, words: kept.words ?? {} };
  } catch {
    return { columns: {}, words: {} };
  }
}

/** Remembers how columns were matched and words were understood. */
export function remember(target: TargetKey, header: string[], match: Match, words: Memory["words"]): void {
  const columns = Object.fromEntries(header.map((name, i) => [bare(name), match[i] ?? ""]));
  const before = recall(target);
  const memory: Memory = { columns: { ...before.columns, ...columns }, words: { ...before.words, ...words } };
  localStorage.setItem(keyOf(target), JSON.stringify(memory));
}
