import { useSyncExternalStore } from "react";

/** A step of the tour: a page, and what to look at there (a text of the area "home", under "tour"). */
export interface Step {
  to: string;
  text: TourText;
}

export type TourText =
  | "account"
  | "accountHotline"
  | "accountDirect"
  | "campaign"
  | "lead"
  | "opportunity"
  | "opportunityDirect"
  | "contract"
  | "order"
  | "chain";

export interface Tour {
  steps: Step[];
  at: number;
}

const KEY = "baton.tour";
const listeners = new Set<() => void>();
let shown = { text: "", tour: undefined as Tour | undefined };

function read(): Tour | undefined {
  const text = sessionStorage.getItem(KEY) ?? "";
  // The same object as long as nothing changed, as React wants it.
  if (text !== shown.text) shown = { text, tour: text ? (JSON.parse(text) as Tour) : undefined };
  return shown.tour;
}

/** Begins a tour, goes to another of its steps, or ends it. It lives as long as the browser's tab. */
export function setTour(tour: Tour | undefined): void {
  if (tour) sessionStorage.setItem(KEY, JSON.stringify(tour));
  else sessionStorage.removeItem(KEY);
  for (const tell of listeners) tell();
}

/** The tour that is under way. */
export function useTour(): Tour | undefined {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, read);
}
