import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { DescEnum } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import * as contracts from "../../src/gen/baton/commerce/v1/contract_pb";
import * as orders from "../../src/gen/baton/commerce/v1/order_pb";
import * as products from "../../src/gen/baton/commerce/v1/product_pb";
import * as channels from "../../src/gen/baton/customer/v1/channel_pb";
import * as contacts from "../../src/gen/baton/customer/v1/contact_pb";
import * as followUps from "../../src/gen/baton/customer/v1/follow_up_pb";
import * as interactions from "../../src/gen/baton/customer/v1/interaction_pb";
import * as parties from "../../src/gen/baton/customer/v1/party_pb";
import * as apiKeys from "../../src/gen/baton/directory/v1/api_key_pb";
import * as departments from "../../src/gen/baton/directory/v1/department_pb";
import * as exported from "../../src/gen/baton/directory/v1/export_pb";
import * as grants from "../../src/gen/baton/directory/v1/grant_pb";
import * as leavers from "../../src/gen/baton/directory/v1/leaver_handover_pb";
import * as members from "../../src/gen/baton/directory/v1/member_pb";
import * as placements from "../../src/gen/baton/directory/v1/placement_pb";
import * as savedViews from "../../src/gen/baton/directory/v1/saved_view_pb";
import * as secondFactors from "../../src/gen/baton/directory/v1/second_factor_pb";
import * as sessions from "../../src/gen/baton/directory/v1/session_pb";
import * as shares from "../../src/gen/baton/directory/v1/share_pb";
import * as teams from "../../src/gen/baton/directory/v1/team_pb";
import * as territories from "../../src/gen/baton/directory/v1/territory_pb";
import * as funnels from "../../src/gen/baton/insight/v1/funnel_pb";
import * as campaigns from "../../src/gen/baton/marketing/v1/campaign_pb";
import * as conversions from "../../src/gen/baton/marketing/v1/conversion_pb";
import * as leads from "../../src/gen/baton/marketing/v1/lead_pb";
import * as deals from "../../src/gen/baton/sales/v1/opportunity_pb";
import * as processes from "../../src/gen/baton/sales/v1/process_pb";
import * as projects from "../../src/gen/baton/sales/v1/project_pb";
import * as changes from "../../src/gen/baton/type/v1/change_pb";
import * as handoffs from "../../src/gen/baton/type/v1/handoff_pb";
import * as imports from "../../src/gen/baton/type/v1/import_pb";
import en from "../../src/i18n/en";
import zh from "../../src/i18n/zh-CN";

/** Keys of all texts, without the endings of plurals: Chinese has one form, English two. */
function keys(texts: unknown, path = ""): string[] {
  if (typeof texts === "string") return [path.replace(/_(one|other)$/, "")];
  return Object.entries(texts as object).flatMap(([key, value]) => keys(value, path ? `${path}.${key}` : key));
}

test("both languages have the same texts", () => {
  expect([...new Set(keys(en))].sort()).toEqual([...new Set(keys(zh))].sort());
});

test("no text is empty, and each has the same blanks to fill in", () => {
  const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((m) => m[1]).sort();
  const flat = (texts: unknown, path = ""): [string, string][] =>
    typeof texts === "string"
      ? [[path, texts]]
      : Object.entries(texts as object).flatMap(([k, v]) => flat(v, path ? `${path}.${k}` : k));
  const chinese = new Map(flat(zh));
  for (const [path, text] of flat(en)) {
    const other = chinese.get(path) ?? chinese.get(path.replace(/_one$/, "_other"));
    expect(text, path).not.toBe("");
    if (other !== undefined && !path.endsWith("_one")) expect(blanks(text), path).toEqual(blanks(other));
  }
});

test("every value of every life cycle has a word", () => {
  const all = [
    contracts,
    orders,
    products,
    channels,
    contacts,
    followUps,
    interactions,
    parties,
    apiKeys,
    departments,
    exported,
    grants,
    leavers,
    members,
    placements,
    savedViews,
    secondFactors,
    sessions,
    shares,
    teams,
    territories,
    funnels,
    campaigns,
    conversions,
    leads,
    deals,
    processes,
    projects,
    handoffs,
    changes,
    imports,
  ];
  const enums = all.flatMap((m) => Object.values(m)).filter((d): d is DescEnum => (d as DescEnum)?.kind === "enum");
  expect(enums.length).toBeGreaterThan(40);
  const words = zh.words as Record<string, Record<string, string>>;
  const missing = enums.flatMap((e) =>
    e.values.filter((v) => v.number !== 0 && !words[e.name]?.[v.localName]).map((v) => `${e.name}.${v.localName}`),
  );
  expect(missing).toEqual([]);
});

test("Chinese sentences have Chinese marks, in the console and in what services say", () => {
  // What stands beside a Chinese letter, or beside a value between such.
  const western = /[\u4e00-\u9fff”」）}] ?[,;:!?(]|[,;:!?)][\u4e00-\u9fff“「（]/;
  const flat = (texts: unknown): string[] =>
    typeof texts === "string" ? [texts] : Object.values(texts as object).flatMap(flat);
  const services = new URL("../../../", import.meta.url);
  const told = readdirSync(services)
    .map((service) => new URL(`${service}/locales/zh-CN.ftl`, services))
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, "utf8").split("\n"))
    .filter((line) => !line.startsWith("#") && /[\u4e00-\u9fff]/.test(line))
    .map((line) => line.replace(/^[a-z0-9-]+ = /, ""));
  expect(told.length).toBeGreaterThan(200);
  expect([...flat(zh), ...told].filter((text) => western.test(text.replace(/\{ \$[a-z_]+ ->.*/, "")))).toEqual([]);
});
