import { useNavigate, useSearch } from "@tanstack/react-router";

/** What a page shows, as it stands in its address: every value a text. */
export type Filters = Record<string, string | undefined>;

/** The filters of the page in its address. Setting one to undefined takes it away. */
export function useFilters(): [Filters, (change: Filters) => void] {
  const filters = useSearch({ strict: false }) as Filters;
  const go = useNavigate();
  const set = (change: Filters) => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, v]) => v));
    void go({ to: ".", search: next as never, replace: true });
  };
  return [filters, set];
}
