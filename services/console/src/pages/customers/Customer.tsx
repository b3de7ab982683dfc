import { useNavigate, useParams } from "@tanstack/react-router";
import { Grid } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { isMasked, seenOf } from "../../api/mask";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { type Ask, useAsk } from "../../blocks/ask";
import { Loaded } from "../../blocks/Loaded";
import { LookAlikes, useLookAlikes } from "../../blocks/LookAlikes";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Email, Phone } from "../../blocks/Reach";
import { RecordPage, type Verb } from "../../blocks/RecordPage";
import { LogInteraction, Timeline } from "../../blocks/Timeline";
import { When } from "../../blocks/When";
import { State } from "../../blocks/words";
import {
  type Party,
  PartyState,
  PartyStateSchema,
  PartyType,
  VerificationOutcomeSchema,
} from "../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../gen/baton/customer/v1/party_service_pb";
import { Business } from "./customer/Business";
import { ContactsPanel } from "./customer/ContactsPanel";
import { PartyDetails } from "./customer/PartyDetails";
import { Subsidiaries } from "./customer/Subsidiaries";
import { Verifications } from "./customer/Verifications";
import { usePartyActs, useVerifying } from "./party";
import { usePersonActs } from "./personal";
import "../../blocks/blocks.css";

/** A customer, prospect or account: who it is, how it stands, what was said, what is going on. */
export function Customer() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const of = useRead(PartyService.method.getParty, { id });
  return <Loaded of={of}>{({ party }) => party && <CustomerPage key={party.id} party={party} />}</Loaded>;
}

function CustomerPage({ party }: { party: Party }) {
  const { t } = useTranslation(["customers", "common"]);
  const wide = Grid.useBreakpoint().md ?? true;
  const { ask, dialog } = useAsk();
  const [logging, setLogging] = useState(false);
  const verbs = useVerbs(party, ask, () => setLogging(true));
  const alike = useLookAlikes(seenOf(party, party), party.id);
  const about = { kind: "ACCOUNT", id: party.id };
  const isAccount = party.state === PartyState.ACCOUNT;
  const facts = (
    <>
      <ContactsPanel party={party} ask={ask} />
      <PartyDetails party={party} />
      <Subsidiaries party={party} />
    </>
  );
  return (
    <>
      <RecordPage
        kind="ACCOUNT"
        id={party.id}
        title={party.eraseTime ? t("personal.gone") : party.name}
        number={party.number}
        list={
          isAccount ? { label: t("accounts.title"), to: "/customers" } : { label: t("prospects"), to: "/prospects" }
        }
        state={<State of={PartyStateSchema} value={party.state} />}
        highlights={[
          { label: t("party.phone"), value: <Phone number={party.phone} masked={isMasked(party, "phone")} /> },
          { label: t("party.email"), value: <Email address={party.email} masked={isMasked(party, "email")} /> },
          { label: t("common:list.owner"), value: <MemberName id={party.ownerId} /> },
          { label: t("common:list.territory"), value: <TerritoryName id={party.territoryId} /> },
          { label: t("party.industry"), value: party.industry || "—" },
          { label: t("party.verified"), value: <LastVerified party={party} /> },
        ]}
        verbs={verbs}
        notice={<LookAlikes found={alike} />}
        tabs={[
          {
            key: "overview",
            label: t("customer.overview"),
            children: wide ? (
              <div className="columns halves">
                <div className="stack">
                  <Business party={party} />
                  {facts}
                </div>
                <Timeline about={about} partyId={party.id} />
              </div>
            ) : (
              <div className="stack">{facts}</div>
            ),
          },
          ...(wide ? [] : [{ key: "business", label: t("customer.business"), children: <Business party={party} /> }]),
          { key: "verifications", label: t("customer.verifications"), children: <Verifications partyId={party.id} /> },
        ]}
        history={wide ? "own" : "first"}
        partyId={party.id}
      />
      {dialog}
      <LogInteraction open={logging} onClose={() => setLogging(false)} about={about} partyId={party.id} />
    </>
  );
}

function LastVerified({ party }: { party: Party }) {
  const { t } = useTranslation("customers");
  if (!party.lastVerificationTime) return <>{t("verify.never")}</>;
  return (
    <span className="bar">
      <State of={VerificationOutcomeSchema} value={party.lastOutcome} />
      <When at={party.lastVerificationTime} />
    </span>
  );
}

function useVerbs(party: Party, ask: Ask, log: () => void): Verb[] {
  const { t } = useTranslation(["customers", "common"]);
  const me = useMe();
  const acts = usePartyActs(ask);
  const verifying = useVerifying(ask);
  const making = useMaking(party);
  const isProspect = party.state === PartyState.PROSPECT;
  const personal = usePersonVerbs(party, ask);
  const invalid = party.state === PartyState.INVALID ? t("why.invalid") : undefined;
  if (party.eraseTime) return personal;
  if (!me.can(Duty.CUSTOMER, Access.WRITE)) return [...making, ...personal];
  return [
    {
      key: "verify",
      label: isProspect ? t("verify.act") : t("verify.again"),
      primary: isProspect,
      why: invalid,
      shortcut: "v",
      run: () => void verifying.verify(party),
    },
    { key: "log", label: t("history.logCall"), primary: !isProspect, shortcut: "l", run: log },
    { key: "edit", label: t("common:act.edit"), why: invalid, shortcut: "e", run: () => void acts.edit(party) },
    { key: "transfer", label: t("party.transfer"), why: invalid, run: () => void acts.transfer(party) },
    ...making,
    {
      key: "reopen",
      label: t("verify.reopen"),
      why: invalid ? undefined : t("why.notInvalid"),
      run: () => void verifying.reopen(party),
    },
    ...personal,
  ];
}

/** What is held of a customer who is a person, and how it is erased. */
function usePersonVerbs(party: Party, ask: Ask): Verb[] {
  const { t } = useTranslation("customers");
  const acts = usePersonActs(ask);
  if (!acts || party.type !== PartyType.PERSON) return [];
  const gone = party.eraseTime && t("personal.gone");
  return [
    { key: "held", label: t("personal.held"), rare: true, run: () => acts.held(party) },
    { key: "erase", label: t("personal.erase"), rare: true, danger: true, why: gone, run: () => acts.erase(party) },
  ];
}

/** What can be begun with a customer, by right and by what the firm has switched on. */
function useMaking(party: Party): Verb[] {
  const { t } = useTranslation("customers");
  const me = useMe();
  const firm = useFirm();
  const go = useNavigate();
  const verified = party.state === PartyState.ACCOUNT ? undefined : t("why.notVerified");
  const begin = (to: string) => () => void go({ to: to as never, search: { new: "1", partyId: party.id } as never });
  const writes = (duty: Duty, on: boolean | undefined) => me.can(duty, Access.WRITE) && on !== false;
  const inMarketing = writes(Duty.MARKETING, firm?.marketingEnabled) && firm?.leadsEnabled !== false;
  const inSales = writes(Duty.SALES, firm?.salesEnabled);
  const inCommerce = writes(Duty.COMMERCE, firm?.commerceEnabled);
  const all = [
    inMarketing && { key: "lead", label: t("make.lead"), run: begin("/leads") },
    inSales && { key: "opportunity", label: t("make.opportunity"), why: verified, run: begin("/opportunities") },
    inCommerce &&
      firm?.contractsEnabled !== false && {
        key: "contract",
        label: t("make.contract"),
        why: verified,
        run: begin("/contracts"),
      },
    inCommerce && { key: "order", label: t("make.order"), why: verified, run: begin("/orders") },
  ];
  return all.filter((verb) => verb !== false);
}
