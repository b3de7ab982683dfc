import type { Locator, Page } from "playwright-core";
import type { Visitor } from "./harness";

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

/** Uses a verb of the record that is shown, from its bar or from the menu behind it, as soon as it can be used. */
export async function verb(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  const bar = page.locator(".record-head [role=group]").first();
  const more = bar.getByRole("button", { name: visitor.language === "en" ? "More actions" : "更多操作" });
  const inMenu = page
    .locator(".ant-dropdown-menu-item:not(.ant-dropdown-menu-item-disabled)")
    .filter({ hasText: name });
  for (let tries = 0; tries < 40; tries += 1) {
    const button = bar.getByRole("button", { name, exact: true });
    if (await button.isVisible()) return button.click();
    await more.click();
    await page.locator(".ant-dropdown-menu").last().waitFor();
    if (await inMenu.count()) return inMenu.first().click();
    await more.click();
    await page.waitForTimeout(100);
  }
  throw new Error(`${name} cannot be done here`);
}

/** Waits until the record says that it stands so. */
export const stands = (visitor: Visitor, state: string): Promise<void> =>
  visitor.page.locator(".record-head .pill").filter({ hasText: state }).first().waitFor();

/** The id at the end of the address. */
export const idHere = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";
