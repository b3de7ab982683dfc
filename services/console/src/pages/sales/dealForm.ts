import { useTranslation } from "react-i18next";
import type { Field } from "../../blocks/Form";
import { useProcesses } from "./processes";

/** The fields of a deal, as forms ask for them. */
export function useDealFields() {
  const { t } = useTranslation("sales");
  const { active } = useProcesses();
  const head: Field[] = [
    { name: "name", label: t("deal.name"), required: true, max: 200 },
    { name: "partyId", label: t("deal.customer"), kind: "party", required: true },
    { name: "contactId", label: t("deal.contact"), kind: "contact" },
  ];
  const amount: Field = { name: "amount", label: t("deal.amount"), kind: "money" };
  const tail: Field[] = [
    { name: "expectedCloseDate", label: t("deal.closing"), kind: "day" },
    { name: "ownerId", label: t("deal.owner"), kind: "member" },
    { name: "territoryId", label: t("deal.territory"), kind: "territory" },
    { name: "description", label: t("deal.description"), kind: "area", max: 4000 },
  ];
  const stage: Field = {
    name: "stageId",
    label: t("deal.stage"),
    kind: "choice",
    options: active.flatMap((p) =>
      p.stages.map((s) => ({ value: s.id, label: active.length > 1 ? `${p.name} › ${s.name}` : s.name })),
    ),
    hint: t("deal.stageHint"),
  };
  return {
    /** The process that a stage belongs to; nothing where none is chosen. */
    processOf: (stageId: string | undefined) => active.find((p) => p.stages.some((s) => s.id === stageId))?.id,
    /** For a new deal. */
    create: [...head, stage, amount, ...tail],
    /** For an open deal; what it is worth is asked only where no lines say it. */
    edit: (hasLines: boolean) => [...head, ...(hasLines ? [] : [amount]), ...tail],
  };
}
