import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Text, texts, verb } from "./hand";
import { api, closeBrowser, demo, type Language, type Size, token, Visitor } from "./harness";

/** What a page opens over itself: by which name, and how. */
interface Over {
  name: string;
  open: (visitor: Visitor, t: Text) => Promise<void>;
  only?: Size;
}
let lead = "";
let deal = "";
let contract = "";

beforeAll(async () => {
  const boss = await token();
  const { direct } = demo();
  const made = async (path: string, body: object) => (await api(boss, "POST", path, body)) as Record<string, never>;
  const partyId = direct?.account;
  lead = (await made("/v1/leads", { title: "Opened over the page", partyId })).id as unknown as string;
  deal = (await made("/v1/opportunities", { name: "Opened over the page", partyId })).id as unknown as string;
  const draft = { title: "Opened over the page", partyId, currencyCode: "CNY" };
  contract = (await made("/v1/contracts", draft)).id as unknown as string;
});
afterAll(closeBrowser);

const press = (name: string): Over["open"] => {
  return (v, t) =>
    v.page
      .getByRole("button", { name: t(name), exact: true })
      .first()
      .click();
};
const does = (name: string): Over["open"] => {
  return (v, t) => verb(v, t(name));
};
const arrives = async () => undefined;
const menu =
  (selector: string): Over["open"] =>
  (v) =>
    v.page.locator(selector).first().click();

/** The filters of a phone are folded away until they are asked for. */
const unfolded = (open: Over["open"]): Over["open"] => {
  return async (v, t) => {
    const fold = v.page.locator("#main [role=search] button[aria-expanded=false]");
    if (await fold.isVisible()) await fold.click();
    await open(v, t);
  };
};

/** Pages and what opens over them. What is there at once stands first. */
function places(): [string, Over[]][] {
  const { "bought-database": bought } = demo();
  return [
    [
      "/leads",
      [
        { name: "palette", open: (v) => v.page.keyboard.press("Control+k") },
        { name: "keys", open: (v) => v.page.keyboard.press("?"), only: "desktop" },
        { name: "inbox", open: menu(".top .ant-badge button") },
        { name: "new", open: press("common:app.new") },
        { name: "me", open: press("common:app.me") },
        { name: "menu", open: menu(".bottom-bar button"), only: "phone" },
        { name: "columns", open: press("common:list.columns"), only: "desktop" },
        { name: "views", open: unfolded(press("common:list.views")) },
        { name: "choices", open: unfolded(menu("#main [role=search] .ant-select")) },
      ],
    ],
    ["/prospects?new=1", [{ name: "new-prospect", open: arrives }]],
    ["/campaigns?new=1", [{ name: "new-campaign", open: arrives }]],
    ["/opportunities?new=1", [{ name: "new-opportunity", open: arrives }]],
    ["/projects?new=1", [{ name: "new-project", open: arrives }]],
    ["/orders?new=1", [{ name: "new-order", open: arrives }]],
    ["/admin/processes?new=1", [{ name: "new-process", open: arrives }]],
    [
      `/leads/${lead}`,
      [
        { name: "verbs", open: press("common:act.more") },
        { name: "share", open: does("common:act.share") },
        { name: "route", open: does("marketing:verb.route") },
        { name: "disqualify", open: does("marketing:verb.disqualify") },
      ],
    ],
    ["/opportunities/board", [{ name: "card", open: menu(".board-tool:not(.grip)") }]],
    [`/opportunities/${deal}`, [{ name: "lose", open: does("sales:lose.verb") }]],
    [`/contracts/${contract}`, [{ name: "lines", open: does("commerce:lines.edit") }]],
    [`/orders/${bought?.order}`, [{ name: "ship", open: does("commerce:order.ship") }]],
    [`/customers/${bought?.account}`, [{ name: "log", open: does("customers:history.logCall") }]],
    [
      "/admin/members?new=1",
      [
        { name: "new-member", open: arrives },
        { name: "member", open: menu("#main button.link") },
      ],
    ],
    ["/admin/teams?new=1", [{ name: "new-team", open: arrives }]],
    ["/admin/functions?preset=1", [{ name: "preset", open: arrives }]],
    [
      "/admin/functions?new=1",
      [
        { name: "new-grant", open: arrives },
        { name: "cell", open: menu("#main button.link") },
      ],
    ],
    ["/funnels/chain", [{ name: "records", open: menu("#main table button") }]],
  ];
}

const OPEN = [
  ".ant-modal-wrap:visible [role=dialog]",
  ".ant-drawer-open [role=dialog]",
  ".ant-dropdown:not(.ant-dropdown-hidden):visible",
  ".ant-select-dropdown:not(.ant-select-dropdown-hidden):visible",
].join(", ");

/** Shuts what is open by the key that shuts everything. */
async function shut(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(OPEN).count(), { message: `${name} is shut`, timeout: 15_000 }).toBe(0);
}

test.each<[Language, Size]>([
  ["zh-CN", "desktop"],
  ["en", "phone"],
])(
  "what opens over a page can be used by everybody, and Escape shuts it: %s, %s",
  async (language, size) => {
    const visitor = await Visitor.arrives({ language, size });
    const t = texts(language);
    for (const [path, overs] of places()) {
      await visitor.opens(path);
      for (const { name, open } of overs.filter((over) => (over.only ?? size) === size)) {
        await open(visitor, t);
        await visitor.page.locator(OPEN).first().waitFor();
        await visitor.settles();
        await visitor.isAccessible(name);
        expect(await visitor.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name).toBe(true);
        await visitor.shot(`over-${name}`);
        await shut(visitor.page, name);
      }
    }
    await visitor.leaves();
  },
  300_000,
);
