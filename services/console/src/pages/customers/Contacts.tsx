import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { isMasked } from "../../api/mask";
import { Access, Duty, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useSharedColumns } from "../../blocks/columns";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { ObjectName } from "../../blocks/Objects";
import { Email, Phone, WeChat } from "../../blocks/Reach";
import { State, useChoices } from "../../blocks/words";
import { type Contact, ContactState, ContactStateSchema } from "../../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../../gen/baton/customer/v1/contact_service_pb";
import { type ContactActs, useContactActs } from "./contactActs";
import { ContactButtons } from "./customer/ContactsPanel";

/** The people at all customers: where they are and how to reach them. */
export function Contacts() {
  const { t } = useTranslation(["customers", "common"]);
  const mayWrite = useMe().can(Duty.CUSTOMER, Access.WRITE);
  const [filters, set] = useFilters();
  const { ask, dialog } = useAsk();
  const acts = useContactActs(ask);
  useNew(mayWrite, (from) => acts.add(from.partyId));
  const states = useChoices(ContactStateSchema);
  const list = useList(
    ContactService.method.listContacts,
    {
      query: filters.q,
      partyId: filters.party,
      state: Number(filters.state ?? ContactState.ACTIVE),
      orderBy: filters.order,
    },
    (a) => a.contacts,
  );
  const add = (
    <Button type="primary" onClick={() => void acts.add(filters.party)}>
      {t("contact.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("contacts.title")}</h1>
        <span className="grow" />
        {mayWrite && add}
      </div>
      <FilterBar
        searched
        page="contacts"
        filters={[
          { key: "party", label: t("history.customer"), kind: "party" },
          { key: "state", label: t("common:list.state"), kind: "choice", options: states },
        ]}
      />
      <DataTable<Contact>
        name="contacts"
        list={list}
        file="contacts"
        columns={useColumns(mayWrite ? acts : undefined)}
        rowKey={(c) => c.id}
        rowName={(c) => c.name || t("personal.gone")}
        href={(c) => `/customers/${c.partyId}`}
        orderBy={filters.order ?? "create_time desc"}
        onOrder={(order) => set({ order })}
        card={(c) => <ContactCard contact={c} acts={mayWrite ? acts : undefined} />}
        empty={{ title: t("contacts.none"), hint: t("contacts.noneHint"), action: mayWrite ? add : undefined }}
      />
      {dialog}
    </div>
  );
}

function useColumns(acts: ContactActs | undefined): Column<Contact>[] {
  const { t } = useTranslation(["customers", "common"]);
  const shared = useSharedColumns();
  return [
    {
      key: "name",
      title: t("contact.name"),
      width: 140,
      render: (c) => (c.eraseTime ? <span className="hint">{t("personal.gone")}</span> : c.name),
      field: "name",
      sort: { up: "name" },
    },
    shared.party(t("history.customer"), { width: 220 }),
    { key: "jobTitle", title: t("contact.jobTitle"), render: (c) => c.jobTitle || "—", field: "jobTitle" },
    {
      key: "department",
      title: t("contact.department"),
      render: (c) => c.department || "—",
      field: "department",
    },
    {
      key: "phone",
      title: t("party.phone"),
      width: 150,
      render: (c) => <Phone number={c.phone} masked={isMasked(c, "phone")} />,
      field: "phone",
    },
    {
      key: "email",
      title: t("party.email"),
      width: 200,
      render: (c) => <Email address={c.email} masked={isMasked(c, "email")} />,
      field: "email",
    },
    {
      key: "wechat",
      title: t("contact.wechat"),
      hidden: true,
      render: (c) => <WeChat name={c.wechat} masked={isMasked(c, "wechat")} />,
      field: "wechat",
    },
    shared.owner({ hidden: true }),
    {
      key: "state",
      title: t("common:list.state"),
      width: 100,
      hidden: true,
      render: (c) => <State of={ContactStateSchema} value={c.state} />,
    },
    shared.created(),
    ...(acts
      ? [
          {
            key: "acts",
            title: t("actions"),
            width: 90,
            render: (c: Contact) => !c.eraseTime && <ContactButtons contact={c} acts={acts} />,
          },
        ]
      : []),
  ];
}

function ContactCard({ contact, acts }: { contact: Contact; acts: ContactActs | undefined }) {
  const { t } = useTranslation("customers");
  return (
    <>
      <div className="bar">
        <strong>{contact.name || t("personal.gone")}</strong>
        <span className="hint">{contact.jobTitle}</span>
        <span className="grow" />
        {acts && !contact.eraseTime && <ContactButtons contact={contact} acts={acts} />}
      </div>
      <div className="bar">
        <ObjectName kind="ACCOUNT" id={contact.partyId} />
        <span className="grow" />
        {contact.phone && <Phone number={contact.phone} masked={isMasked(contact, "phone")} />}
        {contact.email && <Email address={contact.email} masked={isMasked(contact, "email")} />}
      </div>
    </>
  );
}
