import { useEffect } from "react";

/** What a screen reader tells as a place: the focus may rest on it when what it was on is gone. */
const PLACES = "#main, [role], section, nav, header, article, form, table, ul, ol, dl";
/** What stands over a page, and what stands over that. */
const DIALOGS = ".ant-modal-wrap, .ant-drawer";
const MENUS = ".ant-dropdown, .ant-popover";
/** Within these Tab goes round. */
const CLOSED = `${DIALOGS}, .menu-panel`;
const STOPS = "a[href], button:enabled, input:enabled, textarea:enabled, select:enabled, summary, [tabindex='0']";
/** Dialogs bring the focus back by themselves; only after that it is looked whether it is lost. */
const PATIENCE_MS = 50;

const isShown = (e: Element) => e.isConnected && e.getClientRects().length > 0;

/**
 * Keeps the place of whoever works by keyboard. Within a dialog Tab goes round. What goes away, by an act that is done or
 * a page that is left, hands the focus to what stood around it; a dialog that closes hands it back to where it was.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    // What had the focus last and the places around it, from the inside out: in the page, in a dialog, in a menu.
    let layers: Element[][] = [[]];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent) => {
      if (!(target instanceof Element) || target === document.body) return;
      const layer = target.closest(MENUS) ? 2 : target.closest(DIALOGS) ? 1 : 0;
      layers = [...[0, 1, 2].slice(0, layer).map((below) => layers[below] ?? []), placesOf(target)];
    };
    const restore = () => {
      const at = document.activeElement;
      const [last] = layers.at(-1) ?? [];
      if ((at !== null && at !== document.body) || !last || isShown(last)) return;
      const left = [...layers.toReversed().flat(), document.getElementById("main")];
      rest(left.find((place) => place !== null && isShown(place)));
    };
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(restore, PATIENCE_MS);
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true });
    addEventListener("focusin", remember);
    addEventListener("focusout", look);
    addEventListener("keydown", press, true);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      removeEventListener("focusin", remember);
      removeEventListener("focusout", look);
      removeEventListener("keydown", press, true);
    };
  }, []);
}

/** An element and the places that it stands in; where it stands over the page, those within what it stands in there. */
function placesOf(of: Element): Element[] {
  const within = of.closest(MENUS) ?? of.closest(DIALOGS) ?? document.body;
  const places = [of];
  for (let at = of.parentElement?.closest(PLACES); at; at = at.parentElement?.closest(PLACES)) places.push(at);
  return places.filter((place) => within.contains(place));
}

/** Puts the focus on something that may not take it otherwise. */
function rest(on: Element | null | undefined): void {
  if (!(on instanceof HTMLElement)) return;
  on.focus({ preventScroll: true });
  if (document.activeElement === on) return;
  on.tabIndex = -1;
  on.focus({ preventScroll: true });
  on.addEventListener("blur", () => on.removeAttribute("tabindex"), { once: true });
}

function press(event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof Element) || event.altKey || event.ctrlKey || event.metaKey) return;
  // The key that picks from a menu must not go on to press what a dialog that opens puts the focus on.
  if (key === "Enter" && target.matches("[role=menuitem]")) event.preventDefault();
  const overlay = key === "Tab" && target.closest(CLOSED);
  if (overlay) goRound(event, overlay);
}

/** From the last stop of a dialog Tab leads to the first, and back. */
function goRound(event: KeyboardEvent, overlay: Element): void {
  const stops = [...overlay.querySelectorAll<HTMLElement>(STOPS)].filter(
    (e) => e.tabIndex >= 0 && isShown(e) && !e.closest("[aria-hidden=true]"),
  );
  const [first, last] = event.shiftKey ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)];
  if (event.target !== last) return;
  event.preventDefault();
  first?.focus();
}
