import { useTranslation } from "react-i18next";
import { GrantScope } from "../../api/me";
import { useMembers, useTerritories } from "../../api/names";
import { useWords } from "../../blocks/words";
import { AccessSchema } from "../../gen/baton/directory/v1/grant_pb";
import { reaches } from "./grants";
import type { Right } from "./rights";

/** Words of what somebody may do, with the names behind them. */
export function useRightWords() {
  const { t } = useTranslation("admin");
  const words = useWords();
  const members = useMembers();
  const territories = useTerritories();
  const names = (ids: string[], name: (id: string) => string) => ids.map((id) => name(id) || "…").join(t("comma"));
  /** On whose records: "own; of teams: Li, Han; of territories: North, Harbour". */
  const reach = (right: Right): string => {
    const { scope } = right;
    if (scope === GrantScope.ALL) return t("rights.all");
    const parts = [t("rights.own")];
    if (reaches(scope, GrantScope.TEAM))
      parts.push(
        right.mates.length > 0 ? t("rights.mates", { names: names(right.mates, members.name) }) : t("rights.noMates"),
      );
    if (reaches(scope, GrantScope.TERRITORY))
      parts.push(
        right.territories.length > 0
          ? t("rights.territories", { names: names(right.territories, territories.name) })
          : t("rights.noTerritories"),
      );
    return parts.join(t("semicolon"));
  };
  return {
    access: (right: Right) => words.word(AccessSchema, right.access),
    reach,
    /** "Read and change: own; of teams: Li". */
    whole: (right: Right) => `${words.word(AccessSchema, right.access)}${t("colon")}${reach(right)}`,
  };
}
