import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { dialog } from "./hand";
import { closeBrowser, type Language, Visitor } from "./harness";

afterAll(closeBrowser);

/** What an administrator can make, and where. Where an address does not open the dialog, the first button of the page does. */
const CREATES: [noun: string, path: string][] = [
  ["lead", "/leads?new=1"],
  ["prospect", "/prospects?new=1"],
  ["account", "/customers"],
  ["contact", "/contacts"],
  ["interaction", "/interactions"],
  ["follow-up", "/follow-ups"],
  ["campaign", "/campaigns?new=1"],
  ["opportunity", "/opportunities?new=1"],
  ["project", "/projects?new=1"],
  ["contract", "/contracts"],
  ["order", "/orders"],
  ["product", "/products"],
  ["member", "/admin/members?new=1"],
  ["department", "/admin/departments?new=1"],
  ["territory", "/admin/territories?new=1"],
  ["placement", "/admin/placements?new=1"],
  ["grant", "/admin/functions?new=1"],
  ["process", "/admin/processes?new=1"],
];

/** A sentence in the reader's language alone: what the firm wrote itself may stand in it. */
const SENTENCE: Record<Language, RegExp> = {
  "zh-CN": /[\u4e00-\u9fff]/,
  en: /^[^\u4e00-\u9fff]*[a-z]{2}[^\u4e00-\u9fff]*$/,
};

interface Wrong {
  label: string;
  invalid: boolean;
  described: string;
}

/** The fields that are marked, what says so to who does not see, and what is said there. */
const wrongOnes = (page: Page): Promise<Wrong[]> =>
  dialog(page)
    .locator(".ant-form-item-has-error:visible")
    .evaluateAll((items) =>
      items.map((item) => {
        const control = item.querySelector("[aria-invalid=true]");
        const by = control?.getAttribute("aria-describedby")?.split(" ") ?? [];
        return {
          label: item.querySelector("label")?.textContent ?? "",
          invalid: control !== null,
          described: by.map((id) => document.getElementById(id)?.textContent ?? "").join(" "),
        };
      }),
    );

/** Looks at what is marked: each is told where it stands, in one language. */
async function areTold(visitor: Visitor, what: string): Promise<Wrong[]> {
  const wrong = await wrongOnes(visitor.page);
  for (const { label, invalid, described } of wrong) {
    const field = `${what}, ${visitor.language}: ${label}`;
    expect(invalid, `${field} is marked for who does not see`).toBe(true);
    expect(described, `${field} says why`).toMatch(SENTENCE[visitor.language]);
  }
  return wrong;
}

const send = (page: Page) => dialog(page).locator(".ant-modal-footer .ant-btn-primary").click();

/** Waits until a dialog is closed, or says what is wrong and can be sent again. */
const answered = (page: Page) =>
  page.waitForFunction(() => {
    const open = [...document.querySelectorAll("[role=dialog]")].filter(
      (d) => (d as HTMLElement).offsetParent !== null,
    );
    const last = open.at(-1);
    return (
      !last || (last.querySelector(".ant-form-item-has-error, [role=alert]") && !last.querySelector(".ant-btn-loading"))
    );
  });

/** Writes something into every text that is empty, as no service would have it. */
async function scribble(page: Page): Promise<void> {
  const texts = dialog(page).locator("input:not([role=combobox]):not([type=checkbox]):not([type=radio]), textarea");
  const empty = await texts.evaluateAll((fields) =>
    (fields as HTMLInputElement[]).flatMap(({ offsetParent, disabled, readOnly, value, type }, at) =>
      offsetParent === null || disabled || readOnly || value || ["date", "datetime-local", "search"].includes(type)
        ? []
        : [{ at, text: type === "email" ? "no address at all" : "7" }],
    ),
  );
  for (const { at, text } of empty) await texts.nth(at).fill(text);
}

test.concurrent.each(["zh-CN", "en"] as const)(
  "what is wrong stands at its field, in every dialog that makes something, in %s",
  { timeout: 300_000 },
  async (language) => {
    const silent: string[] = [];
    const visitor = await Visitor.arrives({ language });
    const { page } = visitor;
    await visitor.opens("/");
    for (const [noun, path] of CREATES) {
      await visitor.goes(path);
      if (!path.includes("new=1")) await page.locator("#main .bar .ant-btn-primary").first().click();
      const sends = dialog(page).locator(".ant-modal-footer .ant-btn-primary");
      await sends.waitFor().catch(() => {
        throw new Error(`no dialog opens that makes a ${noun}`);
      });
      await send(page);
      await answered(page);
      const empty = await areTold(visitor, `an empty ${noun}`);
      if (empty.length === 0) silent.push(noun);
      await scribble(page);
      await send(page);
      await answered(page);
      await areTold(visitor, `a scribbled ${noun}`);
      // What stands in the message above has no field: nothing of a dialog of ours should.
      const above = await dialog(page)
        .locator("[role=alert] li")
        .allInnerTexts()
        .catch(() => []);
      expect(above, `a scribbled ${noun} in ${language}`).toEqual([]);
    }
    await visitor.leaves();
    expect(silent, "nothing is made out of nothing").toEqual([]);
  },
);
