import type { FormInstance } from "antd";
import type { Refusal } from "../../api/refusal";
import type { Field } from "../Form";

/** Puts violations at their fields; answers the refusal with those that belong to none. */
export function onFields(form: FormInstance, fields: Field[], prefix: string | undefined, told: Refusal): Refusal {
  const strip = (path: string) => (prefix && path.startsWith(`${prefix}.`) ? path.slice(prefix.length + 1) : path);
  const within = (path: string, name: string) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`);
  const at = (path: string) =>
    fields.find((f) => strip(path) === f.name || path === f.name || within(strip(path), f.name));
  const byField = new Map<string, string[]>();
  for (const v of told.violations) {
    const field = at(v.field);
    if (field) byField.set(field.name, [...(byField.get(field.name) ?? []), v.text]);
  }
  form.setFields([...byField].map(([name, errors]) => ({ name, errors })));
  return { ...told, violations: told.violations.filter((v) => !at(v.field)) };
}
