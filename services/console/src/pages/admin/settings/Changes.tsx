import { useTranslation } from "react-i18next";
import type { Field, Values } from "../../../blocks/Form";

/** What saving would change, field by field: from what to what. */
export function Changes({ fields, before, after }: { fields: Field[]; before: Values; after: Values }) {
  const { t } = useTranslation(["admin", "common"]);
  const said = (field: Field, value: unknown): string => {
    if (typeof value === "boolean") return t(value ? "settings.on" : "settings.off");
    if (Array.isArray(value)) return value.map((one) => said(field, one)).join(t("comma")) || t("common:state.none");
    const choice = field.options?.find((o) => o.value === value);
    return choice?.label ?? (String(value ?? "") || t("common:state.none"));
  };
  return (
    <div>
      <strong>{t("settings.changes")}</strong>
      <ul>
        {fields.map((field) => (
          <li key={field.name}>
            {t("settings.change", {
              field: field.label,
              before: said(field, before[field.name]),
              after: said(field, after[field.name]),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
