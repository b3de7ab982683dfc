import { useTranslation } from "react-i18next";
import type { Field, Values } from "../../../blocks/Form";
import { useWords } from "../../../blocks/words";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { rolesOf, useGrants } from "../grants";

/** Languages by their own names. */
export const LANGUAGE_CHOICES = [
  { value: "zh-CN", label: "中文" },
  { value: "en", label: "English" },
];

/** What is filled in of a member. */
export function useMemberFields(): Field[] {
  const { t } = useTranslation("admin");
  const words = useWords();
  const { grants } = useGrants();
  const roles = rolesOf(grants).map((role) => ({ value: role, label: words.role(role) }));
  return [
    { name: "displayName", label: t("members.displayName"), required: true, max: 120 },
    { name: "name", label: t("members.name"), required: true, max: 64, hint: t("members.nameHint") },
    { name: "email", label: t("members.email"), kind: "email" },
    { name: "roles", label: t("members.roles"), kind: "choices", options: roles, hint: t("members.rolesHint") },
    { name: "departmentId", label: t("members.department"), kind: "department" },
    { name: "territoryId", label: t("members.territory"), kind: "territory", hint: t("members.territoryHint") },
    {
      name: "language",
      label: t("members.language"),
      kind: "choice",
      options: LANGUAGE_CHOICES,
      hint: t("members.languageHint"),
    },
  ];
}

/** What is filled in, as the contract wants it: what was left empty is empty. */
export const memberOf = (filled: Values) => ({
  name: String(filled.name ?? ""),
  displayName: String(filled.displayName ?? ""),
  email: String(filled.email ?? ""),
  roles: (filled.roles ?? []) as string[],
  departmentId: String(filled.departmentId ?? ""),
  territoryId: String(filled.territoryId ?? ""),
  language: String(filled.language ?? ""),
});

/** A member as a form shows him. */
export const filledOf = ({ name, displayName, email, roles, departmentId, territoryId, language }: Member): Values => ({
  name,
  displayName,
  email,
  roles,
  departmentId: departmentId || undefined,
  territoryId: territoryId || undefined,
  language: language || undefined,
});
