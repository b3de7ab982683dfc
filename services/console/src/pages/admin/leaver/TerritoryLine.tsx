import { useTranslation } from "react-i18next";
import { useTerritories } from "../../../api/names";

/** The territories that go along, by their names; nothing where there are none. */
export function TerritoryLine({ ids, text }: { ids: string[]; text: string }) {
  const { t } = useTranslation("admin");
  const { name } = useTerritories();
  if (ids.length === 0) return null;
  return (
    <p>
      {text} {ids.map((id) => name(id) || "…").join(t("comma"))}
    </p>
  );
}
