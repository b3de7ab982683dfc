import type { KeyboardEvent } from "react";

/**
 * Menus and lists of choices stand within the part of the page that they were opened in: what is beside all of them is not
 * found by who goes from landmark to landmark. What a dialog opens stands over the dialog.
 */
export const placeOf = (trigger?: HTMLElement): HTMLElement =>
  (trigger?.closest("[role=dialog]") ? null : trigger?.closest<HTMLElement>("main, header")) ?? document.body;

/** What a panel that opens like a menu takes: it has the focus when it opens, and Tab goes on among its fields. */
export const asPanel = {
  tabIndex: -1,
  // A menu would close at the second Tab.
  onKeyDown: (event: KeyboardEvent) => event.key === "Tab" && event.stopPropagation(),
};
