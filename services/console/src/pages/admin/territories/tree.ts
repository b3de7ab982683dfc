import type { Territory } from "../../../gen/baton/directory/v1/territory_pb";

/** A territory and how deep it hangs, from 0 for the root. */
export interface Leveled {
  territory: Territory;
  depth: number;
}

/** Territories in the order of their tree: each right before what hangs below it, by name among its like. */
export function inTreeOrder(all: Territory[]): Leveled[] {
  const known = new Set(all.map((t) => t.id));
  const below = (parentId: string) =>
    all
      .filter((t) => (known.has(t.parentId) ? t.parentId : "") === parentId)
      .sort((a, b) => a.name.localeCompare(b.name));
  const walk = (parentId: string, depth: number): Leveled[] =>
    below(parentId).flatMap((territory) => [{ territory, depth }, ...walk(territory.id, depth + 1)]);
  return walk("", 0);
}
