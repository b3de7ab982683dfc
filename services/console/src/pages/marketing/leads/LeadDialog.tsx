import { useNavigate } from "@tanstack/react-router";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { useAct } from "../../../api/calls";
import { ContactPick } from "../../../blocks/ContactPick";
import type { Field, Values } from "../../../blocks/Form";
// It is fetched apart from its pages itself, so what it stands in comes with it.
import { FormDialog } from "../../../blocks/form/FormDialog";
import { LookAlikes, useLookAlikes } from "../../../blocks/LookAlikes";
import { PartyPick } from "../../../blocks/pick";
import { useSay } from "../../../blocks/say";
import { PartyType } from "../../../gen/baton/customer/v1/party_pb";
import { type Lead, ProspectType } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import { FoundAgain, useHouseRule } from "../FoundAgain";
import { SourcePick, type SourceSaid } from "../picks";

type Whom = "company" | "person" | "known";

interface Props {
  open: boolean;
  onClose: () => void;
  /** The party it is about, where that is known already. */
  partyId?: string;
  source?: SourceSaid;
  /** Instead of going to the lead. */
  onCreated?: (lead: Lead) => void;
}

/** Takes down a new lead: about a company or person that comes along, or about a known party. */
export function LeadDialog({ open, onClose, partyId = "", source, onCreated }: Props) {
  const { t } = useTranslation("marketing");
  const { modal } = App.useApp();
  const say = useSay();
  const go = useNavigate();
  const create = useAct(LeadService.method.createLead);
  const fields = useFields(partyId !== "");

  const submit = async (values: Values) => {
    const { lead } = await create.mutateAsync({ lead: drawn(values, source) });
    if (!lead) return;
    say.done(t("leads.created", { number: lead.number }));
    const arrive = () => (onCreated ? onCreated(lead) : void go({ to: "/leads/$id", params: { id: lead.id } }));
    if (lead.lookAlikes.length === 0) return arrive();
    modal.info({
      title: t("looks.after", { count: lead.lookAlikes.length }),
      content: <FoundAgain found={lead.lookAlikes} />,
      okText: onCreated ? t("looks.goOn") : t("leads.open"),
      onOk: arrive,
    });
  };
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={t("leads.new")}
      width={640}
      fields={fields}
      prefix="lead"
      pairs
      okText={t("leads.create")}
      initial={{ whom: partyId ? "known" : "company", partyId, source: source ?? { kind: "DIRECT", id: "" } }}
      more={(values, fill) => (
        <BeforeSaving
          values={values}
          take={(id) => fill({ whom: "known" satisfies Whom, partyId: id, contactId: undefined })}
        />
      )}
      submit={submit}
    />
  );
}

/** Who is known already and looks like the one that is being typed. */
function BeforeSaving({ values, take }: { values: Values; take: (partyId: string) => void }) {
  const isNew = values.whom === "company" || values.whom === "person";
  const found = useLookAlikes(
    isNew
      ? {
          type: values.whom === "person" ? PartyType.PERSON : PartyType.COMPANY,
          name: values["prospect.name"],
          phone: values["prospect.phone"],
          email: values["prospect.email"],
          website: values["prospect.website"],
        }
      : {},
  );
  const hint = useHouseRule();
  return <LookAlikes found={found} take={(d) => take(d.partyId)} hint={hint} />;
}

function useFields(known: boolean): Field[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const whom = (...any: Whom[]) => ({ when: (v: Values) => any.includes(v.whom) });
  return [
    {
      name: "whom",
      label: t("leads.whom"),
      kind: "choice",
      required: true,
      options: [
        { value: "company", label: t("leads.company") },
        { value: "person", label: t("leads.person") },
        { value: "known", label: t("leads.known") },
      ],
    },
    { name: "partyId", label: t("lead.party"), required: true, control: <PartyPick />, ...whom("known") },
    { name: "prospect.name", label: t("party.name"), required: true, max: 200, ...whom("company", "person") },
    { name: "prospect.phone", label: t("party.phone"), kind: "tel", max: 50, ...whom("company", "person") },
    { name: "prospect.email", label: t("party.email"), kind: "email", max: 254, ...whom("company", "person") },
    { name: "prospect.website", label: t("party.website"), max: 200, ...whom("company") },
    { name: "prospect.industry", label: t("party.industry"), max: 100, ...whom("company") },
    {
      name: "contactId",
      label: t("lead.contact"),
      control: <ContactPick />,
      ...whom("known"),
    },
    { name: "contact.name", label: t("contact.name"), max: 100, ...whom("company") },
    { name: "contact.jobTitle", label: t("contact.jobTitle"), max: 100, when: hasContact },
    { name: "contact.phone", label: t("contact.phone"), kind: "tel", max: 50, when: hasContact },
    { name: "contact.email", label: t("contact.email"), kind: "email", max: 254, when: hasContact },
    { name: "title", label: t("lead.title"), required: true, max: 200, hint: t("leads.titleHint") },
    { name: "need", label: t("lead.need"), kind: "area", max: 2000 },
    ...(known ? [] : [{ name: "source", label: common("list.source"), control: <SourcePick /> }]),
  ];
}

const hasContact = (v: Values) => v.whom === "company" && Boolean(v["contact.name"]);

/** The lead as it is sent; where it came from is known beforehand if nobody was asked for it. */
function drawn(v: Values, from: SourceSaid | undefined) {
  const whom = v.whom as Whom;
  const source: SourceSaid | undefined = v.source ?? from;
  const draft = (group: "prospect" | "contact", names: string[]) =>
    Object.fromEntries(names.map((n) => [n, (v[`${group}.${n}`] as string | undefined) ?? ""]));
  return {
    title: v.title as string,
    need: (v.need as string | undefined) ?? "",
    source: source && source.kind !== "DIRECT" ? source : undefined,
    ...(whom === "known"
      ? { partyId: v.partyId as string, contactId: (v.contactId as string | undefined) ?? "" }
      : {
          prospect: {
            type: whom === "person" ? ProspectType.PERSON : ProspectType.COMPANY,
            ...draft("prospect", ["name", "phone", "email", "website", "industry"]),
          },
          contact: hasContact(v) ? draft("contact", ["name", "jobTitle", "phone", "email"]) : undefined,
        }),
  };
}
