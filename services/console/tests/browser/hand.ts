import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import type { Language, Visitor } from "./harness";

/** The dialog that is open. */
export const dialog = (page: Page): Locator => page.getByRole("dialog").last();

/** Picks an option of a select in the dialog that is open. */
export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await dialog(page).getByRole("combobox", { name: label }).click();
  const shown = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
  await shown.locator(".ant-select-item-option, .ant-select-tree-title").filter({ hasText: option }).first().click();
}

/** Fills in a field of the dialog that is open. */
export const fill = (page: Page, label: string, text: string): Promise<void> =>
  dialog(page).getByLabel(label).first().fill(text);

/** Presses the button that does what the dialog asks about, and waits until the dialog is gone. */
export async function confirm(page: Page, name: string | RegExp): Promise<void> {
  const asked = dialog(page);
  await asked.getByRole("button", { name }).last().click();
  await asked.waitFor({ state: "hidden" });
}

/** How long a verb may take to settle: what is known of a record comes in several answers, and verbs move by it. */
const SETTLES_MS = 1_000;

/** Uses a verb of the record that is shown, from its bar or from the menu behind it, as soon as it can be used. */
export async function verb(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  const bar = page.locator(".record-head [role=group]").first();
  const more = bar.getByRole("button", { name: visitor.language === "en" ? "More actions" : "更多操作" });
  const inMenu = page
    .locator(".ant-dropdown-menu-item:not(.ant-dropdown-menu-item-disabled)")
    .filter({ hasText: name });
  // Whether it can be pressed is asked apart from pressing it: a press that takes long is a press all the same.
  const pressed = (what: Locator) =>
    what.click({ trial: true, timeout: SETTLES_MS }).then(
      () => what.click().then(() => true),
      () => false,
    );
  await bar.waitFor();
  for (let tries = 0; tries < 20; tries += 1) {
    const button = bar.getByRole("button", { name, exact: true });
    if ((await button.isVisible()) && (await pressed(button))) return;
    if (!(await pressed(more))) continue;
    if ((await inMenu.count()) && (await pressed(inMenu.first()))) return;
    await pressed(more);
  }
  throw new Error(`${name} cannot be done here`);
}

/** Waits until the record says that it stands so. */
export const stands = (visitor: Visitor, state: string): Promise<void> =>
  visitor.page.locator(".record-head .pill").filter({ hasText: state }).first().waitFor();

/** The id at the end of the address. */
export const idHere = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";

export type Text = (key: string) => string;

/** Texts of the console in a language, by area and key: "marketing:verb.route". */
export function texts(language: Language): Text {
  return (key) => {
    const [area = "", path = ""] = key.split(":");
    const file = new URL(`../../src/i18n/${language}/${area}.json`, import.meta.url);
    const found = path.split(".").reduce((at, part) => at?.[part] as never, JSON.parse(readFileSync(file, "utf8")));
    return found as unknown as string;
  };
}
