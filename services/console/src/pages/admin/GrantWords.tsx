import { useTranslation } from "react-i18next";
import { type Access, Duty, type GrantScope } from "../../api/me";
import { useDepartments } from "../../api/names";
import { useWords } from "../../blocks/words";
import { AccessSchema, type Grant, GrantScopeSchema } from "../../gen/baton/directory/v1/grant_pb";
import type { Grantee } from "./grants";

/** Words of grants. */
export function useGrantWords() {
  const { t } = useTranslation("admin");
  const words = useWords();
  const departments = useDepartments();
  const granteeName = ({ case: of, value }: Grantee | Grant["grantee"]) =>
    of === "departmentId" ? departments.name(value) || "…" : words.role(value ?? "");
  return {
    /** "Read and change · All". */
    power: ({ access, scope }: { access: Access; scope: GrantScope }) =>
      `${words.word(AccessSchema, access)} · ${words.word(GrantScopeSchema, scope)}`,
    /** What a function is for, as a sentence. */
    meaning: (duty: Duty) => (duty ? t(`duties.${Duty[duty] as keyof typeof Duty}` as never) : ""),
    /** Name of a role or department. */
    granteeName,
    /** "role Boss". */
    grantee: (g: Grantee | Grant["grantee"]) =>
      t(g.case === "departmentId" ? "grants.ofDepartment" : "grants.ofRole", { name: granteeName(g) }),
  };
}
