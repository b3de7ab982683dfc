import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { isMasked } from "../../../api/mask";
import { Access, Duty, useMe } from "../../../api/me";
import { ObjectName, RecordLink } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { Phone } from "../../../blocks/Reach";
import { State } from "../../../blocks/words";
import { ContactService } from "../../../gen/baton/customer/v1/contact_service_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";
import { type Lead, LeadQualitySchema } from "../../../gen/baton/marketing/v1/lead_pb";
import { isOpen, ResponseClock, Waited } from "./clock";
import { Whereabouts } from "./columns";

/** A lead on a narrow screen, with a number to call where one is known. */
export function LeadCard({ lead }: { lead: Lead }) {
  const { t } = useTranslation("marketing");
  const [ref, seen] = useSeen();
  return (
    <div ref={ref} className="stack">
      <div className="bar">
        <strong>
          <RecordLink kind="LEAD" id={lead.id}>
            {lead.title}
          </RecordLink>
        </strong>
      </div>
      <div className="bar">
        <State of={LeadQualitySchema} value={lead.quality} />
        <Whereabouts lead={lead} />
        {(lead.responseDueTime || lead.contactTime) && <ResponseClock lead={lead} />}
      </div>
      <div>
        <ObjectName kind="ACCOUNT" id={lead.partyId} />
      </div>
      <div className="bar hint">
        <span>{lead.number}</span>
        <MemberName id={lead.ownerId} />
        {isOpen(lead) && (
          <span>
            {t("lead.waiting")} <Waited lead={lead} />
          </span>
        )}
      </div>
      {seen && isOpen(lead) && <KnownPhone partyId={lead.partyId} contactId={lead.contactId} />}
    </div>
  );
}

/** The number of the contact, else of the party; nothing where neither is known or may be read. */
function KnownPhone({ partyId, contactId }: { partyId: string; contactId: string }) {
  const enabled = useMe().can(Duty.CUSTOMER, Access.READ);
  const often = { staleTime: 300_000 } as const;
  const contact = useRead(
    ContactService.method.getContact,
    { id: contactId },
    { ...often, enabled: enabled && contactId !== "" },
  );
  const party = useRead(
    PartyService.method.getParty,
    { id: partyId },
    { ...often, enabled: enabled && (contactId === "" || contact.isFetched) && !contact.data?.contact?.phone },
  );
  const called = [contact.data?.contact, party.data?.party].find((each) => each?.phone);
  return called ? (
    <div className="tap">
      <Phone number={called.phone} masked={isMasked(called, "phone")} />
    </div>
  ) : null;
}

/** Whether an element has come into view: what only looks is not asked for before. */
function useSeen() {
  const ref = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!ref.current || seen) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((e) => e.isIntersecting)) setSeen(true);
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [seen]);
  return [ref, seen] as const;
}
