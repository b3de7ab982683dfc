import { useTranslation } from "react-i18next";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import type { Ask } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Verb } from "../../blocks/RecordPage";
import { useChoices } from "../../blocks/words";
import { CommerceState, HandOverTarget, HandOverTargetSchema } from "../../gen/baton/sales/v1/opportunity_pb";

/** Why something cannot be done on the way to commerce. */
type Why = "notWon" | "notOffered" | "onOffer" | "handingOver" | "withCommerce" | "outside" | "returned";

const { NONE, OFFERED, HANDING_OVER, ACCEPTED, OUTSIDE, HANDED_OVER, RETURNED } = CommerceState;

/** What each verb cannot be done in; a state that is not named lets it be done. */
const REFUSALS: Record<"answer" | "offer" | "handOver" | "reopen", Partial<Record<CommerceState, Why>>> = {
  answer: {
    [NONE]: "notWon",
    [HANDING_OVER]: "handingOver",
    [ACCEPTED]: "notOffered",
    [OUTSIDE]: "notOffered",
    [HANDED_OVER]: "notOffered",
    [RETURNED]: "notOffered",
  },
  offer: {
    [NONE]: "notWon",
    [OFFERED]: "onOffer",
    [HANDING_OVER]: "handingOver",
    [ACCEPTED]: "withCommerce",
    [HANDED_OVER]: "withCommerce",
  },
  handOver: {
    [NONE]: "notWon",
    [HANDING_OVER]: "handingOver",
    [HANDED_OVER]: "withCommerce",
    [OUTSIDE]: "outside",
    [RETURNED]: "returned",
  },
  reopen: { [HANDING_OVER]: "handingOver", [HANDED_OVER]: "withCommerce" },
};

/** What was sold, a deal or a project, on its way to commerce, and what can be done to it there. */
export interface Sold<Record> {
  name: string;
  commerceState: CommerceState;
  record: Record;
  acts: {
    accept: (record: Record) => Promise<Record>;
    giveBack: (record: Record, reason: string) => Promise<Record>;
    offer: (record: Record) => Promise<Record>;
    handOver: (record: Record, target: HandOverTarget) => Promise<unknown>;
  };
}

/** The verbs between sales and commerce: accept, return, offer again, hand over. Those of other functions are left out. */
export function useCommerceVerbs<Record>({ name, commerceState, record, acts }: Sold<Record>, ask: Ask) {
  const { t } = useTranslation("sales");
  const me = useMe();
  const firm = useFirm();
  const { run, done } = useDo();
  const targets = useChoices(
    HandOverTargetSchema,
    firm?.contractsEnabled === false ? [HandOverTarget.ORDER] : [HandOverTarget.CONTRACT, HandOverTarget.ORDER],
  );
  const sells = me.can(Duty.SALES, Access.WRITE);
  const trades = me.can(Duty.COMMERCE, Access.WRITE);
  const why = (verb: keyof typeof REFUSALS) => {
    const refusal = REFUSALS[verb][commerceState];
    return refusal && t(`why.${refusal}`);
  };
  const giveBack = () =>
    ask({
      title: t("commerce.returnTitle", { name }),
      okText: t("commerce.return"),
      danger: true,
      fields: [{ name: "reason", label: t("commerce.reason"), kind: "area", required: true, max: 500 }],
      submit: async (v) => {
        const after = await acts.giveBack(record, v.reason);
        done(t("commerce.returned"), sells ? () => acts.offer(after) : undefined);
      },
    });
  const handOver = () =>
    ask({
      title: t("commerce.handOverTitle", { name }),
      intro: <p className="intro">{t("commerce.handOverIntro")}</p>,
      okText: t("commerce.handOver"),
      initial: { target: targets[0]?.value },
      fields: [{ name: "target", label: t("commerce.target"), kind: "choice", options: targets, required: true }],
      submit: (v) => acts.handOver(record, v.target),
    });
  const verbs: Verb[] = [
    ...(trades
      ? [
          {
            key: "accept",
            label: t("commerce.accept"),
            primary: commerceState === OFFERED,
            why: why("answer"),
            run: () => void run(() => acts.accept(record), t("commerce.accepted")),
          },
          {
            key: "return",
            label: t("commerce.return"),
            danger: true,
            why: why("answer"),
            run: () => void giveBack(),
          },
        ]
      : []),
    ...(sells
      ? [
          {
            key: "offer",
            label: t("commerce.offer"),
            primary: commerceState === RETURNED,
            why: why("offer"),
            run: () => void run(() => acts.offer(record), t("commerce.offered")),
          },
        ]
      : []),
    ...(sells || trades
      ? [
          {
            key: "handOver",
            label: t("commerce.handOver"),
            primary: commerceState === ACCEPTED,
            why: why("handOver"),
            run: () => void handOver(),
          },
        ]
      : []),
  ];
  return {
    verbs,
    /** Why what commerce has cannot be opened again; who acts for commerce gives back what it has only accepted. */
    whyNoReopen: why("reopen") ?? (commerceState === ACCEPTED && !trades ? t("why.withCommerce") : undefined),
  };
}
