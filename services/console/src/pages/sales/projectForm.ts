import { useTranslation } from "react-i18next";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import type { Field, Values } from "../../blocks/Form";
import { useChoices } from "../../blocks/words";
import { ProjectType, ProjectTypeSchema, RiskLevelSchema } from "../../gen/baton/sales/v1/project_pb";

/** The type that a source fixes; nothing where it is to be chosen. */
export const typeOf = (sourceKind: string): ProjectType | undefined =>
  ({ LEAD: ProjectType.SALES, OPPORTUNITY: ProjectType.SALES, CAMPAIGN: ProjectType.MARKETING })[sourceKind];

/** The function under which projects of a type are worked on; either of two for the others. */
export function useMayWrite(): (type: ProjectType) => boolean {
  const me = useMe();
  const sells = me.can(Duty.SALES, Access.WRITE);
  const markets = me.can(Duty.MARKETING, Access.WRITE);
  return (type) => (type === ProjectType.SALES ? sells : type === ProjectType.MARKETING ? markets : sells || markets);
}

/** The fields of a project, as forms ask for them. */
export function useProjectFields() {
  const { t } = useTranslation("sales");
  const firm = useFirm();
  const mayWrite = useMayWrite();
  const types = useChoices(
    ProjectTypeSchema,
    [ProjectType.SALES, ProjectType.MARKETING, ProjectType.OTHER].filter(
      (type) =>
        mayWrite(type) &&
        !(type === ProjectType.SALES && firm?.salesEnabled === false) &&
        !(type === ProjectType.MARKETING && firm?.marketingEnabled === false),
    ),
  );
  const risks = useChoices(RiskLevelSchema);
  const name: Field = { name: "name", label: t("deal.name"), required: true, max: 200 };
  const customer: Field = { name: "partyId", label: t("deal.customer"), kind: "party" };
  const contact: Field = { name: "contactId", label: t("deal.contact"), kind: "contact" };
  const amount: Field = { name: "amount", label: t("deal.amount"), kind: "money" };
  const forecast: Field[] = [
    { name: "probabilityPercent", label: t("project.chance"), kind: "number", min: 0, max: 100 },
    { name: "expectedCloseDate", label: t("deal.closing"), kind: "day" },
  ];
  const tail: Field[] = [
    { name: "budget", label: t("project.budget"), kind: "money" },
    { name: "ownerId", label: t("deal.owner"), kind: "member" },
    { name: "territoryId", label: t("deal.territory"), kind: "territory" },
    { name: "description", label: t("deal.description"), kind: "area", max: 4000 },
  ];
  const isSales = (v: Values) => v.type === ProjectType.SALES;
  const onlySales = (field: Field): Field => ({ ...field, when: isSales });
  return {
    /** For a new project; its type is asked only where the source does not fix it. */
    create: (fixed: ProjectType | undefined, fromDeal: boolean): Field[] => [
      name,
      ...(fixed
        ? []
        : [{ name: "type", label: t("project.type"), kind: "choice", options: types, required: true } as Field]),
      ...(fixed === ProjectType.SALES ? [{ ...customer, required: !fromDeal }] : []),
      ...(fixed === undefined
        ? [onlySales({ ...customer, required: true }), { ...customer, when: (v: Values) => !isSales(v) }]
        : []),
      ...(fixed === ProjectType.MARKETING ? [customer] : []),
      contact,
      ...(fixed === ProjectType.SALES ? [amount, ...forecast] : []),
      ...(fixed === undefined ? [amount, ...forecast].map(onlySales) : []),
      ...tail,
    ],
    /** For a project that has not ended; those of the deal only while that is open. */
    edit: (withDeal: boolean, hasLines: boolean): Field[] => [
      name,
      customer,
      contact,
      ...(withDeal && !hasLines ? [amount] : []),
      ...(withDeal ? forecast : []),
      ...tail,
      { name: "riskLevel", label: t("project.risk"), kind: "choice", options: risks },
      { name: "riskNote", label: t("project.riskNote"), kind: "area", max: 1000 },
    ],
  };
}
