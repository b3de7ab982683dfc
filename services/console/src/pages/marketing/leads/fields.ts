import { useTranslation } from "react-i18next";
import type { Field } from "../../../blocks/Form";
import { useChoices } from "../../../blocks/words";
import { DisqualifyReason, DisqualifyReasonSchema } from "../../../gen/baton/marketing/v1/lead_pb";

/** What is asked for when a lead comes to nothing: why, and more where the reason says too little. */
export function useDisqualifyFields(): Field[] {
  const { t } = useTranslation();
  const reasons = useChoices(DisqualifyReasonSchema);
  const other = (v: { reason?: number }) => v.reason === DisqualifyReason.OTHER;
  const note = { name: "note", label: t("form.note"), kind: "area", max: 500 } as const;
  return [
    { name: "reason", label: t("form.reason"), kind: "choice", options: reasons, required: true },
    { ...note, required: true, when: other },
    { ...note, when: (v) => !other(v) },
  ];
}
