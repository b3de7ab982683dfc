import { Code } from "@connectrpc/connect";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { isMasked } from "../../../api/mask";
import { Access, Duty, useMe } from "../../../api/me";
import { refusal } from "../../../api/refusal";
import { ObjectName } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { Email, Phone, Website, WeChat } from "../../../blocks/Reach";
import { Details } from "../../../blocks/RecordPage";
import { Failure, Waiting } from "../../../blocks/states";
import { State } from "../../../blocks/words";
import { type Contact, ContactState } from "../../../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../../../gen/baton/customer/v1/contact_service_pb";
import { PartyStateSchema } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";

/** Whom to speak to: the person of the lead first, the customer's own numbers, then others there. */
export function ContactCard({ partyId, contactId }: { partyId: string; contactId: string }) {
  const { t } = useTranslation("marketing");
  const enabled = useMe().can(Duty.CUSTOMER, Access.READ) && partyId !== "";
  const party = useRead(PartyService.method.getParty, { id: partyId }, { enabled });
  const people = useRead(
    ContactService.method.listContacts,
    { partyId, state: ContactState.ACTIVE, pageSize: 50 },
    { enabled: enabled && party.data !== undefined },
  );
  const known = party.data?.party;
  const contacts = people.data?.contacts ?? [];
  const first = contacts.find((c) => c.id === contactId);
  return (
    <section className="panel stack" aria-label={t("lead.whom")}>
      <div className="bar">
        <strong>
          <ObjectName kind="ACCOUNT" id={partyId} />
        </strong>
        <State of={PartyStateSchema} value={known?.state ?? 0} />
      </div>
      {party.isLoading && <Waiting rows={3} />}
      {party.error && <Closed error={party.error} retry={() => void party.refetch()} />}
      {first && <Person contact={first} main />}
      {known && (
        <Details
          rows={[
            { label: t("party.phone"), value: <Phone number={known.phone} masked={isMasked(known, "phone")} /> },
            { label: t("party.email"), value: <Email address={known.email} masked={isMasked(known, "email")} /> },
            { label: t("party.website"), value: <Website address={known.website} /> },
            { label: t("party.industry"), value: known.industry },
            { label: t("party.owner"), value: <MemberName id={known.ownerId} /> },
          ]}
        />
      )}
      {contacts.length > (first ? 1 : 0) && (
        <>
          <h2>{t(first ? "lead.others" : "lead.people")}</h2>
          <ul className="plain">
            {contacts
              .filter((c) => c.id !== contactId)
              .map((c) => (
                <li key={c.id}>
                  <Person contact={c} />
                </li>
              ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Person({ contact, main = false }: { contact: Contact; main?: boolean }) {
  return (
    <div>
      <div className="bar">
        {main ? <strong>{contact.name}</strong> : contact.name}
        <span className="hint">{[contact.jobTitle, contact.department].filter(Boolean).join(" · ")}</span>
      </div>
      <div className="bar">
        {contact.phone && <Phone number={contact.phone} masked={isMasked(contact, "phone")} />}
        {contact.email && <Email address={contact.email} masked={isMasked(contact, "email")} />}
        {contact.wechat && (
          <span className="hint">
            WeChat <WeChat name={contact.wechat} masked={isMasked(contact, "wechat")} />
          </span>
        )}
      </div>
    </div>
  );
}

/** A customer that is there but not for this reader is no failure. */
function Closed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation("marketing");
  const { code } = refusal(error);
  if (code === Code.PermissionDenied || code === Code.NotFound) return <p className="hint">{t("lead.partyClosed")}</p>;
  return <Failure error={error} retry={retry} />;
}
