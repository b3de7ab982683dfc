import { useTranslation } from "react-i18next";
import type { Ask } from "../../../blocks/ask";
import { ContactPick } from "../../../blocks/ContactPick";
import { PartyPick } from "../../../blocks/pick";
import type { Verb } from "../../../blocks/RecordPage";
import { useChoices } from "../../../blocks/words";
import { ContactChannel, ContactChannelSchema, type Lead } from "../../../gen/baton/marketing/v1/lead_pb";
import type { Handoff } from "../../../gen/baton/type/v1/handoff_pb";
import { useDisqualifyFields } from "../leads/fields";
import { useLeadActs } from "./acts";
import { useStanding } from "./standing";

/** The verbs of a lead: each can be used, or says why not. */
export function useLeadVerbs(lead: Lead, handoffs: Handoff[], ask: Ask, convert: () => void): Verb[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const act = useLeadActs(lead);
  const { why, next } = useStanding(lead, handoffs);
  const channels = useChoices(ContactChannelSchema);
  const disqualifyFields = useDisqualifyFields();

  const runs: Record<keyof typeof why, () => unknown> = {
    identify: act.identify,
    contact: () =>
      ask({
        title: t("verb.contact"),
        intro: <p className="hint">{t("ask.contact")}</p>,
        fields: [{ name: "channel", label: t("lead.channel"), kind: "choice", options: channels, required: true }],
        initial: { channel: ContactChannel.PHONE },
        submit: (v) => act.contact(v.channel as number),
      }),
    accept: () =>
      ask({
        title: t("verb.accept"),
        intro: <p className="hint">{t("ask.accept")}</p>,
        fields: [{ name: "followUpPlan", label: t("lead.followUpPlan"), kind: "area", max: 1000, required: true }],
        submit: (v) => act.accept(v.followUpPlan as string),
      }),
    convert,
    receive: act.receive,
    return: () =>
      ask({
        title: t("verb.return"),
        intro: <p className="hint">{t("ask.return")}</p>,
        fields: [{ name: "reason", label: common("form.reason"), kind: "area", max: 500, required: true }],
        okText: t("verb.return"),
        submit: (v) => act.giveBack(v.reason as string),
      }),
    route: () =>
      ask({
        title: t("verb.route"),
        intro: <p className="hint">{t("ask.route")}</p>,
        fields: [{ name: "territoryId", label: common("list.territory"), kind: "territory", required: true }],
        okText: t("verb.route"),
        submit: (v) => act.route(v.territoryId as string),
      }),
    assign: () =>
      ask({
        title: t("verb.assign"),
        intro: <p className="hint">{t("ask.assign")}</p>,
        fields: [{ name: "memberId", label: t("lead.salesperson"), kind: "member", required: true }],
        okText: t("verb.assign"),
        submit: (v) => act.assign(v.memberId as string),
      }),
    withdraw: act.withdraw,
    disqualify: () =>
      ask({
        title: t("verb.disqualify"),
        intro: <p className="hint">{t("ask.disqualify")}</p>,
        fields: disqualifyFields,
        okText: t("verb.disqualify"),
        danger: true,
        submit: (v) => act.disqualify(v.reason as number, (v.note as string | undefined) ?? ""),
      }),
    reopen: act.reopen,
    edit: () =>
      ask({
        title: t("verb.edit"),
        prefix: "lead",
        fields: [
          { name: "title", label: t("lead.title"), required: true, max: 200, hint: t("leads.titleHint") },
          { name: "need", label: t("lead.need"), kind: "area", max: 2000 },
          { name: "partyId", label: t("lead.party"), required: true, control: <PartyPick /> },
          { name: "contactId", label: t("lead.contact"), control: <ContactPick /> },
        ],
        initial: { title: lead.title, need: lead.need, partyId: lead.partyId, contactId: lead.contactId || undefined },
        submit: (v) =>
          act.update({
            title: v.title as string,
            need: (v.need as string | undefined) ?? "",
            partyId: v.partyId as string,
            contactId: (v.contactId as string | undefined) ?? "",
          }),
      }),
  };
  const shortcuts: Partial<Record<keyof typeof why, string>> = { edit: "e" };
  return (Object.keys(runs) as (keyof typeof why)[]).map((key) => ({
    key,
    label: t(`verb.${key}`),
    primary: key === next,
    danger: key === "disqualify",
    why: why[key],
    shortcut: shortcuts[key],
    run: () => void runs[key](),
  }));
}
