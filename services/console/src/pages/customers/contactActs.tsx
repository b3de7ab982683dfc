import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { isMasked, maskOf, seenOf } from "../../api/mask";
import type { Ask } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Field, Values } from "../../blocks/Form";
import type { Contact } from "../../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../../gen/baton/customer/v1/contact_service_pb";

const said = (v: Values | Contact) => ({
  name: v.name ?? "",
  jobTitle: v.jobTitle ?? "",
  department: v.department ?? "",
  phone: v.phone ?? "",
  email: v.email ?? "",
  wechat: v.wechat ?? "",
});

/** What people do with the contacts of a customer. */
export function useContactActs(ask: Ask) {
  const { t } = useTranslation(["customers", "common"]);
  const { done } = useDo();
  const creating = useAct(ContactService.method.createContact);
  const updating = useAct(ContactService.method.updateContact);
  const archiving = useAct(ContactService.method.archiveContact);
  const fields: Field[] = [
    { name: "name", label: t("contact.name"), required: true, max: 200 },
    { name: "jobTitle", label: t("contact.jobTitle"), max: 100 },
    { name: "department", label: t("contact.department"), max: 100 },
    { name: "phone", label: t("party.phone"), kind: "tel", max: 50 },
    { name: "email", label: t("party.email"), kind: "email", max: 254 },
    { name: "wechat", label: t("contact.wechat"), max: 100 },
  ];
  const party: Field = { name: "partyId", label: t("history.customer"), kind: "party", required: true };
  return {
    /** Adds one; without a customer the dialog asks for it. */
    add: (partyId?: string) =>
      ask({
        title: t("contact.new"),
        fields: partyId ? fields : [party, ...fields],
        prefix: "contact",
        submit: async (v) => {
          await creating.mutateAsync({ contact: { partyId: partyId ?? v.partyId, ...said(v) } });
          done(t("contact.created"));
        },
      }),
    edit: (contact: Contact) =>
      ask({
        title: t("contact.edit"),
        fields: fields.filter((f) => !isMasked(contact, f.name)),
        prefix: "contact",
        initial: said(contact),
        submit: async (v) => {
          const set = (all: ReturnType<typeof said>, etag: string) => {
            const to = seenOf(contact, all);
            return updating.mutateAsync({ contact: { id: contact.id, ...to }, updateMask: maskOf(to), etag });
          };
          const answer = await set(said(v), contact.etag);
          done(t("common:act.saved"), () => set(said(contact), answer.contact?.etag ?? ""));
        },
      }),
    archive: (contact: Contact) =>
      ask({
        title: t("contact.archive"),
        intro: <p>{t("contact.archiveIntro", { name: contact.name })}</p>,
        okText: t("contact.archive"),
        danger: true,
        fields: [],
        submit: async () => {
          await archiving.mutateAsync({ id: contact.id, etag: contact.etag });
          done(t("contact.archived"));
        },
      }),
  };
}

export type ContactActs = ReturnType<typeof useContactActs>;
