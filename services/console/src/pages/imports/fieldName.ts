import { useTranslation } from "react-i18next";
import type { ImportField } from "./model";
import type { Target } from "./targets";

/** What a field is called. */
export function useFieldName(): (field: ImportField) => string {
  const { t } = useTranslation("imports");
  return (field) => t(`field.${field.label}`);
}

/** What the field of a path is called; the path itself where it is none of the target. */
export function usePathName(target: Target): (path: string) => string {
  const name = useFieldName();
  return (path) => {
    const field = target.fields.find((f) => path === f.key || path.startsWith(`${f.key}.`));
    return field ? name(field) : path;
  };
}
