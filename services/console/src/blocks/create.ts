import { useEffect, useRef } from "react";
import { type Filters, useFilters } from "./Filters";

/** What an address may say of the record that is to be made: where it comes from and whose it is. */
const SAID = ["new", "sourceKind", "sourceId", "partyId", "contactId", "title"] as const;

/** The source that an address names; undefined where it names none, which means created directly. */
export const sourceIn = (from: Filters) =>
  from.sourceKind ? { kind: from.sourceKind, id: from.sourceId ?? "" } : undefined;

/** Asks for a new record where the address says so by `?new=1`; what it says besides is handed on, and taken out of it. */
export function useNew(may: boolean, create: (from: Filters) => unknown): void {
  const [filters, set] = useFilters();
  const current = useRef({ filters, set, create });
  current.current = { filters, set, create };
  const wanted = may && Boolean(filters.new);
  useEffect(() => {
    if (!wanted) return;
    const now = current.current;
    now.set(Object.fromEntries(SAID.map((key) => [key, undefined])));
    now.create(now.filters);
  }, [wanted]);
}
