import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { dialog } from "./hand";
import { Visitor } from "./harness";

/** Presses of Tab after which something counts as out of reach. */
const REACH = 120;

/** Somebody without a mouse. At each step it is looked whether the focus is somewhere, and can be seen there. */
export class Keys {
  private constructor(readonly visitor: Visitor) {}

  static async arrives(options: Parameters<typeof Visitor.arrives>[0]): Promise<Keys> {
    const visitor = await Visitor.arrives(options);
    await visitor.context.addInitScript(() => {
      const w = window as unknown as { pointed: number };
      w.pointed = 0;
      for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
        addEventListener(kind, () => (w.pointed += 1), { capture: true });
    });
    return new Keys(visitor);
  }

  get page(): Page {
    return this.visitor.page;
  }

  /** Presses keys, one after the other. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      await this.holds(key);
    }
  }

  /** Writes into the field that has the focus. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.holds(text);
  }

  /** Goes to something by Tab, or by Shift and Tab; the rest of the page is passed on the way. */
  async reach(target: Locator, by: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await target.first().waitFor();
    for (let presses = 0; presses < REACH; presses += 1) {
      if (await this.isAt(target)) return;
      await this.page.keyboard.press(by);
      // Behind the last stop of a page comes the browser's own frame; a dialog has none.
      if ((await dialog(this.page).count()) || !(await this.page.evaluate(isOutside))) await this.holds(by);
    }
    throw new Error(`${target} cannot be reached by ${by}`);
  }

  /** Goes to a button or a link, and uses it. */
  async use(target: Locator): Promise<void> {
    await this.reach(target);
    await this.press("Enter");
  }

  /** Goes to a field of the dialog that is open, and fills it in. */
  async fill(label: string | RegExp, text: string): Promise<void> {
    await this.reach(dialog(this.page).getByLabel(label).first());
    await this.type(text);
  }

  /** Goes to a select of the dialog that is open, looks for an option by its words or by the arrows, and takes it. */
  async choose(label: string | RegExp, words: string): Promise<void> {
    const field = dialog(this.page).getByRole("combobox", { name: label }).first();
    await this.reach(field);
    await this.pick(field, words);
  }

  /** Takes an option of the select that has the focus. */
  async pick(field: Locator, words: string): Promise<void> {
    const shown = this.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
    const wanted = shown.locator(".ant-select-item-option-active").filter({ hasText: words });
    if (await field.isEditable()) {
      await this.type(words);
      await wanted.waitFor();
    } else {
      await this.press("Enter");
      await shown.waitFor();
      for (let steps = 0; !(await wanted.isVisible()); steps += 1) {
        expect(steps, `${words} is among the choices`).toBeLessThan(30);
        await this.press("ArrowDown");
      }
    }
    await this.press("Enter");
    await shown.waitFor({ state: "hidden" });
  }

  /** Uses a verb of the record that is shown, from its bar or from the menu behind it. */
  async verb(name: string): Promise<void> {
    const bar = this.page.locator(".record-head [role=group]").first();
    const button = bar.getByRole("button", { name, exact: true });
    const more = bar.getByRole("button", { name: "More actions" });
    await this.visitor.settles();
    if (await button.isVisible()) return this.use(button);
    await this.use(more);
    const wanted = this.menu.getByRole("menuitem", { name, exact: true });
    await wanted.waitFor();
    for (let steps = 0; !(await this.isAt(wanted)); steps += 1) {
      expect(steps, `${name} is in the menu`).toBeLessThan(30);
      await this.press("ArrowDown");
    }
    await this.press("Enter");
  }

  /** The menu that is open. */
  get menu(): Locator {
    return this.page.locator(".ant-dropdown:not(.ant-dropdown-hidden) [role=menu]");
  }

  /** Opens a dialog by something that is reached by Tab, and closes it again: the focus is where it was. */
  async peeks(at: Locator): Promise<void> {
    await this.use(at);
    await dialog(this.page).waitFor();
    await this.press("Escape");
    await dialog(this.page).waitFor({ state: "hidden" });
    await this.isBack(at);
  }

  /** Waits until the focus is there again. */
  async isBack(at: Locator): Promise<void> {
    await expect.poll(() => this.isAt(at)).toBe(true);
  }

  /** Sends the dialog that is open off from any of its fields, and waits until it is gone. */
  async send(): Promise<void> {
    const asked = dialog(this.page);
    await this.press("Control+Enter");
    await asked.waitFor({ state: "hidden" });
    await this.holds("sending");
  }

  /** Finds something by the palette and goes there. */
  async find(text: string, option: RegExp): Promise<void> {
    await this.press("Control+k");
    await this.type(text);
    const wanted = dialog(this.page).getByRole("option", { name: option }).first();
    await wanted.waitFor();
    for (let steps = 0; (await wanted.getAttribute("aria-selected")) !== "true"; steps += 1) {
      expect(steps, `${option} is among what is found`).toBeLessThan(30);
      await this.press("ArrowDown");
    }
    await this.press("Enter");
    await dialog(this.page).waitFor({ state: "hidden" });
    await this.visitor.settles();
    await this.holds("the palette");
  }

  /** Closes the window; nothing was done by a pointer in it. */
  async leaves(): Promise<void> {
    expect(await this.page.evaluate(() => (window as unknown as { pointed: number }).pointed)).toBe(0);
    await this.visitor.leaves();
  }

  /** Whether the focus is there. */
  private isAt(target: Locator): Promise<boolean> {
    return target.first().evaluate((e) => e === document.activeElement);
  }

  /** The focus is on something, and a reader who looks for it finds it. */
  private async holds(after: string): Promise<void> {
    await expect.poll(() => this.page.evaluate(whereIsFocus), { message: `after ${after}`, timeout: 3_000 }).toBe("");
  }
}

/** Whether nothing of the page has the focus. Runs in the page. */
const isOutside = () => document.activeElement === document.body;

/** What is wrong with where the focus is; empty for nothing. Runs in the page. */
function whereIsFocus(): string {
  const at = document.activeElement;
  if (!at || at === document.body) return "the focus is lost";
  const told = at.outerHTML.slice(0, 160);
  if (at.closest("[aria-hidden=true], [inert]")) return `the focus is on what is hidden: ${told}`;
  // A page or a dialog as a whole needs no mark: what is used stands in it.
  if (at.matches("[tabindex='-1'], [role=dialog]")) return "";
  // Fields draw the mark at their frame, and a link that fills a box around that box.
  const frame = at.closest(".ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-switch, label, td");
  const styles = [at, frame, at.parentElement].flatMap((e) => (e ? [getComputedStyle(e)] : []));
  const isMarked = [...styles, getComputedStyle(at, "::after")].some(
    (s) => (s.outlineStyle !== "none" && s.outlineWidth !== "0px") || s.boxShadow !== "none",
  );
  return isMarked ? "" : `the focus cannot be seen: ${told}`;
}
