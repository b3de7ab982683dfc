import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { closeBrowser, demo, type Language, type Size, Visitor } from "./harness";

afterAll(closeBrowser);

/** Every page, with a name for its picture. */
function pages(): [string, string][] {
  const { "bought-database": bought } = demo();
  if (!bought) throw new Error("there is no demo company");
  return [
    ["today", "/"],
    ["tour", "/tour"],
    ["me", "/me"],
    ["campaigns", "/campaigns"],
    ["prospects", "/prospects"],
    ["verify", "/verify"],
    ["leads", "/leads"],
    ["lead", `/leads/${bought.lead}`],
    ["board", "/opportunities/board"],
    ["opportunities", "/opportunities"],
    ["opportunity", `/opportunities/${bought.opportunity}`],
    ["projects", "/projects"],
    ["processes", "/admin/processes"],
    ["contracts", "/contracts"],
    ["contract", `/contracts/${bought.contract}`],
    ["orders", "/orders"],
    ["order", `/orders/${bought.order}`],
    ["products", "/products"],
    ["customers", "/customers"],
    ["customer", `/customers/${bought.account}`],
    ["contacts", "/contacts"],
    ["follow-ups", "/follow-ups"],
    ["interactions", "/interactions"],
    ["handoffs", "/handoffs"],
    ["chain-funnel", "/funnels/chain"],
    ["sales-funnel", "/funnels/sales"],
    ["trace", `/trace/ORDER/${bought.order}`],
    ["imports", "/imports"],
    ["members", "/admin/members"],
    ["departments", "/admin/departments"],
    ["teams", "/admin/teams"],
    ["territories", "/admin/territories"],
    ["placements", "/admin/placements"],
    ["functions", "/admin/functions"],
    ["leaver-handovers", "/admin/leaver-handovers"],
    ["audit", "/admin/audit"],
    ["exports", "/admin/exports"],
    ["settings", "/admin/settings"],
    ["nowhere", "/no-such-page"],
  ];
}

const views: [Language, Size, boolean][] = [
  ["zh-CN", "desktop", false],
  ["en", "phone", false],
  ["en", "desktop", true],
  ["zh-CN", "phone", false],
];

test.concurrent.each(views)(
  "every page can be used by everybody: %s, %s, dark %s",
  async (language, size, dark) => {
    const visitor = await Visitor.arrives({ language, size, dark });
    // By its address every page is opened in one view; in the others one goes from page to page.
    let goes = false;
    for (const [name, path] of pages()) {
      await (goes ? visitor.goes(path) : visitor.opens(path));
      goes = language !== "zh-CN" || size !== "desktop";
      await visitor.isAccessible(name);
      expect(await visitor.page.locator("h1").count(), `${name} has one title`).toBe(1);
      expect(
        await visitor.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        `${name} fits`,
      ).toBe(true);
      await visitor.shot(dark ? `${name}-dark` : name);
    }
    await visitor.leaves();
  },
  600_000,
);

/** Kilobytes, packed, of scripts and styles that a first visit of a page takes. */
async function weight(path: string): Promise<{ kilobytes: number; names: string[] }> {
  const visitor = await Visitor.arrives();
  const bodies: Promise<{ bytes: number; name: string }>[] = [];
  visitor.page.on("response", (r) => {
    if (!/\.(js|css)$/.test(new URL(r.url()).pathname)) return;
    const name = r.url().split("/").at(-1) ?? "";
    bodies.push(r.body().then((body) => ({ bytes: gzipSync(body).length, name })));
  });
  await visitor.opens(path);
  const all = await Promise.all(bodies);
  await visitor.leaves();
  return {
    kilobytes: all.reduce((sum, b) => sum + b.bytes, 0) / 1024,
    names: all.map((b) => `${b.name} ${Math.round(b.bytes / 1024)}`),
  };
}

test("the lead page is light, and charts are loaded where there are charts", async () => {
  const leads = await weight("/leads");
  expect(leads.kilobytes, leads.names.join(" ")).toBeLessThan(430);
  expect(leads.names.some((n) => n.startsWith("echarts"))).toBe(false);
  const funnel = await weight("/funnels/sales");
  expect(funnel.names.some((n) => n.startsWith("echarts"))).toBe(true);
  expect(funnel.kilobytes - leads.kilobytes).toBeLessThan(210);
});
