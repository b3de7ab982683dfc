import { useTranslation } from "react-i18next";
import type { Ask } from "../../blocks/ask";
import type { Amount } from "../../blocks/InlineEdit";
import { useChoices } from "../../blocks/words";
import { LossReason, LossReasonSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import type { Loss } from "./dealActs";

/** Reasons that people give; UNKNOWN is for imported deals alone. */
const REASONS = Object.values(LossReason).filter(
  (r): r is LossReason => typeof r === "number" && r !== LossReason.UNSPECIFIED && r !== LossReason.UNKNOWN,
);

/** What is asked of whoever closes a deal. */
export function useClosingQuestions(ask: Ask) {
  const { t } = useTranslation("sales");
  const reasons = useChoices(LossReasonSchema, REASONS);
  const competitor = { name: "competitor", label: t("deal.competitor"), max: 200 };
  return {
    /** Asks why it was lost, and does it. */
    loss: (name: string, lose: (loss: Loss) => Promise<unknown>) =>
      ask({
        title: t("lose.title", { name }),
        okText: t("lose.ok"),
        danger: true,
        fields: [
          { name: "reason", label: t("deal.lossReason"), kind: "choice", options: reasons, required: true },
          { ...competitor, required: true, when: (v) => v.reason === LossReason.COMPETITOR },
          { ...competitor, when: (v) => v.reason !== LossReason.COMPETITOR },
        ],
        submit: (v) => lose({ reason: v.reason, competitor: v.competitor ?? "" }),
      }),
    /** Asks what it is worth where nobody said so, and wins it. */
    amount: (name: string, win: (amount: Amount) => Promise<unknown>) =>
      ask({
        title: t("win.title", { name }),
        okText: t("win.ok"),
        intro: <p className="intro">{t("win.needsAmount")}</p>,
        fields: [{ name: "amount", label: t("deal.amount"), kind: "money", required: true }],
        submit: (v) => win(v.amount),
      }),
  };
}
