import { useTranslation } from "react-i18next";
import type { Field } from "../../../blocks/Form";
import { useChoices, useWords } from "../../../blocks/words";
import { DuplicatePolicySchema, type Settings } from "../../../gen/baton/directory/v1/settings_pb";
import { rolesOf, useGrants } from "../grants";

const HOURS_MAX = 720;
const MONTHS_MAX = 600;

/** The settings that are changed here, by what they are about. */
export const SECTIONS = {
  place: ["timeZone", "currencyCode"],
  functions: ["marketingEnabled", "salesEnabled", "commerceEnabled"],
  objects: ["leadsEnabled", "projectsEnabled", "contractsEnabled"],
  limits: [
    "firstResponseHours",
    "leadToManagerHours",
    "leadToSalespersonHours",
    "dealToCommerceHours",
    "orderToErpHours",
  ],
  customers: ["duplicatePolicy"],
  erp: ["erpSystem"],
  retention: ["prospectRetentionMonths", "contactRetentionMonths", "leadRetentionMonths"],
  exports: ["largeExportRows"],
  security: ["secondFactorDemandedOf"],
} as const;

export type SectionName = keyof typeof SECTIONS;
export type SettingName = (typeof SECTIONS)[SectionName][number];

/** All settings that are changed here. */
export const SETTINGS: SettingName[] = Object.values(SECTIONS).flat();

/** What is filled in of the settings. */
export type Filled = Pick<Settings, SettingName>;

/** The settings as the form shows them. */
export const filledOf = (settings: Settings): Filled =>
  Object.fromEntries(SETTINGS.map((name) => [name, settings[name]])) as unknown as Filled;

/** The fields of the settings. */
export function useSettingFields(): Record<SettingName, Field> {
  const { t, i18n } = useTranslation("admin");
  const policies = useChoices(DuplicatePolicySchema);
  const words = useWords();
  const { grants } = useGrants();
  const roles = rolesOf(grants).map((role) => ({ value: role, label: words.role(role) }));
  const names = new Intl.DisplayNames(i18n.language, { type: "currency" });
  const currencies = Intl.supportedValuesOf("currency").map((c) => ({ value: c, label: `${c} ${names.of(c) ?? ""}` }));
  const zones = Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone }));
  const field = (name: SettingName, more: Partial<Field>): Field => ({
    name,
    label: t(`settings.field.${name}`),
    hint: t(`settings.hint.${name}`),
    required: true,
    ...more,
  });
  const hours = (name: SettingName, min = 0) => field(name, { kind: "number", min, max: HOURS_MAX });
  const months = (name: SettingName) => field(name, { kind: "number", min: 0, max: MONTHS_MAX });
  const on = (name: SettingName) => field(name, { kind: "switch" });
  return {
    timeZone: field("timeZone", { kind: "choice", options: zones }),
    currencyCode: field("currencyCode", { kind: "choice", options: currencies }),
    marketingEnabled: on("marketingEnabled"),
    salesEnabled: on("salesEnabled"),
    commerceEnabled: on("commerceEnabled"),
    leadsEnabled: on("leadsEnabled"),
    projectsEnabled: on("projectsEnabled"),
    contractsEnabled: on("contractsEnabled"),
    firstResponseHours: hours("firstResponseHours", 1),
    leadToManagerHours: hours("leadToManagerHours"),
    leadToSalespersonHours: hours("leadToSalespersonHours"),
    dealToCommerceHours: hours("dealToCommerceHours"),
    orderToErpHours: hours("orderToErpHours"),
    duplicatePolicy: field("duplicatePolicy", { kind: "choice", options: policies }),
    erpSystem: field("erpSystem", { max: 40, required: false }),
    prospectRetentionMonths: months("prospectRetentionMonths"),
    contactRetentionMonths: months("contactRetentionMonths"),
    leadRetentionMonths: months("leadRetentionMonths"),
    largeExportRows: field("largeExportRows", { kind: "number", min: 1, max: 1_000_000 }),
    secondFactorDemandedOf: field("secondFactorDemandedOf", { kind: "choices", options: roles, required: false }),
  };
}
