import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { useFirm } from "../../../api/me";
import { ContactPick } from "../../../blocks/ContactPick";
import type { Field, Values } from "../../../blocks/Form";
import { PartyPick } from "../../../blocks/pick";
import { useChoices } from "../../../blocks/words";
import { type ConversionPreview, PartyAction } from "../../../gen/baton/marketing/v1/conversion_pb";
import { ContactChannelSchema, type Lead } from "../../../gen/baton/marketing/v1/lead_pb";
import { OpportunityState } from "../../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../../gen/baton/sales/v1/opportunity_service_pb";
import { ProcessState } from "../../../gen/baton/sales/v1/process_pb";
import { ProcessService } from "../../../gen/baton/sales/v1/process_service_pb";
import { money } from "../../../i18n/format";
import type { ContactMode, Goal } from "./convertRequest";

/** What is asked for when a lead is converted, by what was chosen so far and what that would do. */
export function useConvertFields(lead: Lead, values: Values, preview: ConversionPreview | undefined): Field[] {
  const { t } = useTranslation("marketing");
  const firm = useFirm();
  const goal = (...any: Goal[]) => ({ when: (v: Values) => any.includes(v.goal) });
  const isNew = (v: Values) => v.contactMode === ("new" satisfies ContactMode);
  const channels = useChoices(ContactChannelSchema);
  const partyId = (values.linkPartyId as string | undefined) || lead.partyId;
  const verifies = !values.linkPartyId && preview?.partyAction === PartyAction.VERIFY;
  const goals: { value: Goal; label: string }[] = [
    { value: "opportunity", label: t("goal.opportunity") },
    { value: "join", label: t("goal.join") },
    ...(firm?.projectsEnabled === false ? [] : [{ value: "project" as const, label: t("goal.project") }]),
  ];
  return [
    { name: "goal", label: t("convert.goal"), kind: "choice", required: true, options: goals },
    { name: "linkPartyId", label: t("convert.link"), control: <PartyPick />, hint: t("convert.linkHint") },
    ...(verifies
      ? [
          { name: "verification.channel", label: t("convert.channel"), kind: "choice" as const, options: channels },
          {
            name: "verification.evidence",
            label: t("convert.evidence"),
            max: 1000,
            placeholder: t("convert.evidencePlaceholder"),
          },
        ]
      : []),
    {
      name: "contactMode",
      label: t("preview.contact"),
      kind: "choice",
      required: true,
      options: [
        { value: "own", label: t("convert.ownContact") },
        { value: "known", label: t("convert.knownContact") },
        { value: "new", label: t("convert.newContact") },
      ] satisfies { value: ContactMode; label: string }[],
    },
    {
      name: "contactId",
      label: t("convert.knownContact"),
      required: true,
      control: <ContactPick partyId={partyId} />,
      when: (v) => v.contactMode === ("known" satisfies ContactMode),
    },
    { name: "newContact.name", label: t("contact.name"), required: true, max: 100, when: isNew },
    { name: "newContact.jobTitle", label: t("contact.jobTitle"), max: 100, when: isNew },
    { name: "newContact.phone", label: t("contact.phone"), kind: "tel", max: 50, when: isNew },
    { name: "newContact.email", label: t("contact.email"), kind: "email", max: 254, when: isNew },
    {
      name: "joinOpportunityId",
      label: t("convert.join"),
      kind: "choice",
      required: true,
      options: useOpenDeals(partyId, values.goal === "join"),
      hint: t("convert.joinHint"),
      ...goal("join"),
    },
    { name: "opportunity.name", label: t("convert.name"), max: 200, placeholder: lead.title, ...goal("opportunity") },
    {
      name: "opportunity.processId",
      label: t("convert.process"),
      kind: "choice",
      options: useProcesses(),
      placeholder: t("convert.usualProcess"),
      ...goal("opportunity"),
    },
    { name: "opportunity.amount", label: t("convert.amount"), kind: "money", ...goal("opportunity") },
    { name: "opportunity.expectedCloseDate", label: t("convert.closeDate"), kind: "day", ...goal("opportunity") },
    { name: "project.name", label: t("convert.name"), max: 200, placeholder: lead.title, ...goal("project") },
    { name: "project.amount", label: t("convert.amount"), kind: "money", ...goal("project") },
    {
      name: "project.probabilityPercent",
      label: t("convert.probability"),
      kind: "number",
      min: 0,
      max: 100,
      ...goal("project"),
    },
    { name: "project.expectedCloseDate", label: t("convert.closeDate"), kind: "day", ...goal("project") },
  ];
}

/** The open deals of an account, as choices. */
function useOpenDeals(partyId: string, enabled: boolean) {
  const { data } = useRead(
    OpportunityService.method.listOpportunities,
    { partyId, state: OpportunityState.OPEN, pageSize: 100 },
    { enabled },
  );
  return (data?.opportunities ?? []).map((o) => ({
    value: o.id,
    label: [o.number, o.name, money(o.amount)].filter(Boolean).join(" · "),
  }));
}

/** The sales processes that new deals may take, as choices. */
function useProcesses() {
  const { data } = useRead(
    ProcessService.method.listProcesses,
    { state: ProcessState.ACTIVE, pageSize: 200 },
    { staleTime: 300_000 },
  );
  return (data?.processes ?? []).map((p) => ({ value: p.id, label: p.name }));
}
