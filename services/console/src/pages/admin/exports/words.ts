import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { useMembers, useTerritories } from "../../../api/names";
import { camel } from "../../../api/refusal";
import { enumWord, useChangeWords } from "../../../blocks/changes/useChangeWords";

/** The lists that have a page, as the address of their files has them. */
export const COLLECTIONS = [
  "campaigns",
  "prospects",
  "leads",
  "opportunities",
  "projects",
  "contracts",
  "orders",
  "products",
  "accounts",
  "contacts",
  "followUps",
  "interactions",
  "members",
  "departments",
  "placements",
  "audit",
  "exports",
] as const;

/** Parameters of lists that are no fields of records. */
const ASKED = new Set(["orderBy", "query"]);

/** Lists whose pages have another name. */
const PAGES: Record<string, string> = { "leaver-handovers": "leavers" };

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** What was exported, in words; what has none is told as it was asked. */
export function useExportWords() {
  const { t } = useTranslation(["exports", "words"]);
  const { field } = useChangeWords();
  const members = useMembers();
  const territories = useTerritories();
  return {
    /** A list: "Leads". */
    collection: (name: string) => {
      const key = `common:nav.${PAGES[name] ?? name}`;
      return i18next.exists(key) ? t(key as never) : name;
    },
    /** A parameter of a list: "Owner". */
    filter: (name: string) => (ASKED.has(camel(name)) ? t(`asked.${camel(name)}` as never) : field(snake(name))),
    /** A value of it: a name for an id, a word for a choice. */
    value: (value: string) => members.name(value) || territories.name(value) || enumWord(value) || value,
  };
}
