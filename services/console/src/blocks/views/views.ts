import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type SavedView, SavedViewContentSchema } from "../../gen/baton/directory/v1/saved_view_pb";
import type { Filters } from "../address";

/** What stands in the address of a list only while something is open over it. */
const PASSING = new Set(["new", "order", "columns", "partyId"]);

/** What a list shows, as a view keeps it: what its address narrows it by, its order, and the columns that were chosen. */
export function contentOf(address: Filters, columns: readonly string[] | undefined) {
  const filters = Object.entries(address).flatMap(([key, value]) =>
    value && !PASSING.has(key) ? [{ key, value }] : [],
  );
  return {
    filters,
    columns: [...(columns ?? [])],
    orderBy: address.order ?? "",
  } satisfies MessageInitShape<typeof SavedViewContentSchema>;
}

/** The address of a list that shows what a view keeps. */
export function addressOf(view: Pick<SavedView, "content">): Filters {
  const { filters, columns, orderBy } = view.content ?? create(SavedViewContentSchema);
  return {
    ...Object.fromEntries(filters.map((f) => [f.key, f.value])),
    ...(orderBy && { order: orderBy }),
    ...(columns.length > 0 && { columns: columns.join(",") }),
  };
}

/** Whether a list shows what a view keeps; columns are nobody's question here, where a view says none. */
export function isShown(view: Pick<SavedView, "content">, address: Filters): boolean {
  const told = (of: Filters) =>
    Object.entries(of)
      .filter(([, value]) => value)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join("&");
  return told(addressOf(view)) === told(address);
}

/** The columns that somebody chose for a list, in this browser. */
const columnsKey = (list: string) => `baton.columns.${list}`;

export function keptColumns(list: string): string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(columnsKey(list)) ?? "null");
    return Array.isArray(kept) ? (kept as string[]) : undefined;
  } catch {
    return undefined;
  }
}

export const keepColumns = (list: string, columns: string[]) =>
  localStorage.setItem(columnsKey(list), JSON.stringify(columns));

/** A view as browsers kept it before the directory did. */
export interface OldView {
  name: string;
  filters: Filters;
}

const oldKey = (list: string, member: string) => `baton.views.${member}.${list}`;

/** Takes the views of a list out of this browser: whoever takes them keeps them elsewhere, or puts them back. */
export function takeOldViews(list: string, member: string): OldView[] {
  const key = oldKey(list, member);
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    localStorage.removeItem(key);
    return Array.isArray(kept) ? (kept as OldView[]).filter((v) => v.name && v.filters) : [];
  } catch {
    return [];
  }
}

export function putOldViewsBack(list: string, member: string, views: OldView[]): void {
  if (views.length > 0) localStorage.setItem(oldKey(list, member), JSON.stringify(views));
}
