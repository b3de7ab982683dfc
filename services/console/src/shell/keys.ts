import { useEffect, useRef } from "react";

/** Keys that a page listens to: a letter, or two after one another as in "g l". */
export type Shortcuts = Record<string, (() => void) | undefined>;

const PATIENCE_MS = 900;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true], [role=combobox]");

const isBusy = () => document.querySelector(".ant-modal-wrap:not([style*='display: none']), .ant-drawer-open") !== null;

/** Listens to keys while the component is shown; not while something is typed or a dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isBusy()) return;
      // What a focused button or link does with Enter is its own affair.
      if (
        event.key === "Enter" &&
        event.target instanceof HTMLElement &&
        event.target.closest("button, a, [role=button]")
      )
        return;
      const both = event.timeStamp - firstAt < PATIENCE_MS ? `${first} ${event.key}` : "";
      const run = current.current[both] ?? current.current[event.key];
      first = event.key;
      firstAt = event.timeStamp;
      if (!run) return;
      event.preventDefault();
      first = "";
      run();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
