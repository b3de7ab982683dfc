import { DeleteOutlined, EditOutlined, FileSearchOutlined, PlusOutlined, UserDeleteOutlined } from "@ant-design/icons";
import { Button, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { isMasked } from "../../../api/mask";
import { Access, Duty, useMe } from "../../../api/me";
import type { Ask } from "../../../blocks/ask";
import { Pages } from "../../../blocks/DataTable";
import { Email, Phone, WeChat } from "../../../blocks/Reach";
import { Failure, Waiting } from "../../../blocks/states";
import { State } from "../../../blocks/words";
import { type Contact, ContactState, ContactStateSchema } from "../../../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../../../gen/baton/customer/v1/contact_service_pb";
import type { Party } from "../../../gen/baton/customer/v1/party_pb";
import { type ContactActs, useContactActs } from "../contactActs";
import { type PersonActs, usePersonActs } from "../personal";

/** The people at a customer: how to reach them, and what people do with them. */
export function ContactsPanel({ party, ask }: { party: Party; ask: Ask }) {
  const { t } = useTranslation("customers");
  const may = useMe().can(Duty.CUSTOMER, Access.WRITE);
  const [all, setAll] = useState(false);
  const list = useList(
    ContactService.method.listContacts,
    { partyId: party.id, orderBy: "name", state: all ? ContactState.UNSPECIFIED : ContactState.ACTIVE },
    (a) => a.contacts,
    { pageSize: 20 },
  );
  const acts = useContactActs(ask);
  const personal = usePersonActs(ask);
  return (
    <section className="panel stack" aria-label={t("contacts.title")}>
      <div className="bar">
        <h2>{t("contacts.title")}</h2>
        <span className="hint num">{list.total}</span>
        <span className="grow" />
        <span className="hint">{t("contacts.archivedToo")}</span>
        <Switch size="small" checked={all} onChange={setAll} aria-label={t("contacts.archivedToo")} />
        {may && (
          <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => void acts.add(party.id)}>
            {t("contact.new")}
          </Button>
        )}
      </div>
      {list.error ? (
        <Failure error={list.error} retry={list.retry} />
      ) : list.isLoading ? (
        <Waiting rows={2} />
      ) : list.rows.length === 0 ? (
        <p className="hint">{t("contacts.noneHere")}</p>
      ) : (
        <ul className="plain">
          {list.rows.map((c) => (
            <li key={c.id}>
              <ContactLine contact={c} acts={may ? acts : undefined} personal={personal} />
            </li>
          ))}
        </ul>
      )}
      <Pages list={list} />
    </section>
  );
}

function ContactLine({ contact, acts, personal }: { contact: Contact; acts?: ContactActs; personal?: PersonActs }) {
  const { t } = useTranslation("customers");
  if (contact.eraseTime) return <span className="hint">{t("personal.gone")}</span>;
  return (
    <div className="bar">
      <strong>{contact.name}</strong>
      <span className="hint">{[contact.jobTitle, contact.department].filter(Boolean).join(" · ")}</span>
      {contact.state !== ContactState.ACTIVE && <State of={ContactStateSchema} value={contact.state} />}
      <span className="grow" />
      {contact.phone && <Phone number={contact.phone} masked={isMasked(contact, "phone")} />}
      {contact.email && <Email address={contact.email} masked={isMasked(contact, "email")} />}
      {contact.wechat && <WeChat name={contact.wechat} masked={isMasked(contact, "wechat")} />}
      {acts && <ContactButtons contact={contact} acts={acts} />}
      {personal && <PersonButtons contact={contact} acts={personal} />}
    </div>
  );
}

/** What is held of a contact and its erasure, for who administers. */
export function PersonButtons({ contact, acts }: { contact: Contact; acts: PersonActs }) {
  const { t } = useTranslation("customers");
  const named = (label: string) => `${label}: ${contact.name}`;
  return (
    <span>
      <Button
        type="text"
        size="small"
        icon={<FileSearchOutlined aria-hidden />}
        aria-label={named(t("personal.held"))}
        title={t("personal.held")}
        onClick={() => acts.held(contact)}
      />
      <Button
        type="text"
        size="small"
        danger
        icon={<UserDeleteOutlined aria-hidden />}
        aria-label={named(t("personal.erase"))}
        title={t("personal.erase")}
        onClick={() => acts.erase(contact)}
      />
    </span>
  );
}

/** Edit and put away, beside a contact. */
export function ContactButtons({ contact, acts }: { contact: Contact; acts: ContactActs }) {
  const { t } = useTranslation("customers");
  const named = (label: string) => `${label}: ${contact.name}`;
  return (
    <span>
      <Button
        type="text"
        size="small"
        icon={<EditOutlined aria-hidden />}
        aria-label={named(t("contact.edit"))}
        title={t("contact.edit")}
        onClick={() => void acts.edit(contact)}
      />
      {contact.state === ContactState.ACTIVE && (
        <Button
          type="text"
          size="small"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={named(t("contact.archive"))}
          title={t("contact.archive")}
          onClick={() => void acts.archive(contact)}
        />
      )}
    </span>
  );
}
