import type { KeyboardEvent } from "react";

/** Menus stand within the page's main part: what is beside it is not found by who goes from landmark to landmark. */
export const inMain = () => document.getElementById("main") ?? document.body;

/** What a panel that opens like a menu takes: it has the focus when it opens, and Tab goes on among its fields. */
export const asPanel = {
  tabIndex: -1,
  // A menu would close at the second Tab.
  onKeyDown: (event: KeyboardEvent) => event.key === "Tab" && event.stopPropagation(),
};
