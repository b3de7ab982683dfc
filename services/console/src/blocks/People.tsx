import { useMembers, useTerritories } from "../api/names";

/** A member by id; a dash for nobody. */
export function MemberName({ id }: { id: string }) {
  const { name } = useMembers();
  return <>{id ? name(id) || "…" : "—"}</>;
}

/** A territory by id; a dash for none. */
export function TerritoryName({ id }: { id: string }) {
  const { name } = useTerritories();
  return <>{id ? name(id) || "…" : "—"}</>;
}
