import { useNavigate } from "@tanstack/react-router";
import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { useAct, useCall } from "../../api/calls";
import { isMasked, maskOf, seenOf } from "../../api/mask";
import { useFirm, useMe } from "../../api/me";
import type { Ask } from "../../blocks/ask";
import { sourceIn } from "../../blocks/create";
import { useDo } from "../../blocks/doing";
import type { Filters } from "../../blocks/Filters";
import type { Field, Values } from "../../blocks/Form";
import { type Identity, LookAlikes, useLookAlikes } from "../../blocks/LookAlikes";
import { useChoices, useWords } from "../../blocks/words";
import { Channel, ChannelSchema } from "../../gen/baton/customer/v1/channel_pb";
import {
  DuplicatePolicySchema,
  type Party,
  PartyState,
  PartyType,
  PartyTypeSchema,
  VerificationOutcome,
  VerificationOutcomeSchema,
} from "../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../gen/baton/customer/v1/party_service_pb";

/** What people say of a customer. */
function useFields(): (of?: Party) => Field[] {
  const { t } = useTranslation("customers");
  return (of) => [
    { name: "name", label: t("party.name"), required: true, max: 200, hint: <TypedLookAlikes of={of} /> },
    { name: "phone", label: t("party.phone"), kind: "tel", max: 50 },
    { name: "email", label: t("party.email"), kind: "email", max: 254 },
    { name: "website", label: t("party.website"), max: 500 },
    { name: "industry", label: t("party.industry"), max: 100 },
    { name: "country", label: t("party.country"), max: 2, placeholder: "CN", hint: t("party.countryHint") },
    { name: "employees", label: t("party.employees"), kind: "number", min: 0, max: 10_000_000 },
    { name: "annualRevenue", label: t("party.annualRevenue"), kind: "money" },
    { name: "foundedYear", label: t("party.foundedYear"), kind: "number", min: 500, max: 2999 },
    { name: "parentId", label: t("party.parent"), kind: "party", hint: t("party.parentHint") },
  ];
}

/** Whose a customer is. */
function useSeat(): Field[] {
  const { t } = useTranslation("common");
  return [
    { name: "ownerId", label: t("list.owner"), kind: "member" },
    { name: "territoryId", label: t("list.territory"), kind: "territory" },
  ];
}

const said = (v: Values) => ({
  name: v.name ?? "",
  phone: v.phone ?? "",
  email: v.email ?? "",
  website: v.website ?? "",
  industry: v.industry ?? "",
  country: v.country ?? "",
  employees: v.employees ?? 0,
  annualRevenue: v.annualRevenue,
  foundedYear: v.foundedYear ?? 0,
  parentId: v.parentId ?? "",
});

const seat = (v: Values) => ({ ownerId: v.ownerId ?? "", territoryId: v.territoryId ?? "" });

/** What to do about known customers that look the same. */
function usePolicy(): Field {
  const { t } = useTranslation("customers");
  const { word } = useWords();
  const firms = useFirm()?.duplicatePolicy ?? 0;
  return {
    name: "onDuplicate",
    label: t("looks.policy"),
    kind: "choice",
    options: useChoices(DuplicatePolicySchema),
    placeholder: t("looks.asFirm", { policy: word(DuplicatePolicySchema, firms) }),
  };
}

/** The known customers that look like the one that is being written in the form around. */
function TypedLookAlikes({ of }: { of?: Party }) {
  const typed = (Form.useWatch([], Form.useFormInstance()) ?? {}) as Identity;
  return <LookAlikes found={useLookAlikes({ ...typed, type: of?.type ?? typed.type }, of?.id)} />;
}

/** Asks for a new account and opens its page; a known one that is taken in its place is told. */
export function useNewAccount(ask: Ask): (from: Filters) => Promise<void> {
  const { t } = useTranslation("customers");
  const go = useNavigate();
  const me = useMe();
  const { done } = useDo();
  const create = useAct(PartyService.method.createAccount);
  const types = useChoices(PartyTypeSchema);
  const channels = useChoices(ChannelSchema);
  const [about, owned, policy] = [useFields(), useSeat(), usePolicy()];
  return async (from) => {
    const fields: Field[] = [
      { name: "type", label: t("party.type"), kind: "choice", options: types, required: true },
      ...about(),
      ...owned,
      { name: "channel", label: t("verify.channel"), kind: "choice", options: channels },
      { name: "evidence", label: t("verify.evidence"), kind: "area", max: 2000, hint: t("verify.ownHint") },
      policy,
    ];
    let opened = "";
    await ask({
      title: t("accounts.new"),
      width: 720,
      fields,
      prefix: "account",
      initial: {
        type: PartyType.COMPANY,
        ownerId: me.id,
        channel: Channel.PHONE,
        name: from.title,
        parentId: from.partyId,
      },
      submit: async (v) => {
        const account = { type: v.type, source: sourceIn(from), ...said(v), ...seat(v) };
        const onDuplicate = v.onDuplicate ?? 0;
        const answer = await create.mutateAsync({
          account,
          onDuplicate,
          channel: v.channel ?? 0,
          evidence: v.evidence ?? "",
        });
        opened = answer.party?.id ?? "";
        done(answer.linked ? t("accounts.linked") : t("accounts.created"));
      },
    });
    if (opened) void go({ to: "/customers/$id", params: { id: opened } });
  };
}

/** Changes what is known of a customer, and whose it is, each with the way back. */
export function usePartyActs(ask: Ask) {
  const { t } = useTranslation(["customers", "common"]);
  const { done } = useDo();
  const update = useAct(PartyService.method.updateParty);
  const call = useCall(PartyService.method.updateParty);
  const [about, owned, policy] = [useFields(), useSeat(), usePolicy()];
  const save = async (party: Party, change: ReturnType<typeof said> | ReturnType<typeof seat>, onDuplicate = 0) => {
    const set = (all: typeof change, etag: string) => {
      const to = seenOf(party, all);
      return update.mutateAsync({ party: { id: party.id, ...to }, updateMask: maskOf(to), etag, onDuplicate });
    };
    const answer = await set(change, party.etag);
    const before = "ownerId" in change ? seat(party) : said(party);
    done(t("common:act.saved"), () => set(before, answer.party?.etag ?? ""));
  };
  return {
    edit: (party: Party) =>
      ask({
        title: t("party.edit"),
        fields: [...about(party).filter((f) => !isMasked(party, f.name)), policy],
        width: 720,
        prefix: "party",
        initial: { ...party, employees: party.employees || undefined, foundedYear: party.foundedYear || undefined },
        submit: (v) => save(party, said(v), v.onDuplicate),
      }),
    transfer: (party: Party) =>
      ask({
        title: t("party.transfer"),
        intro: <p className="hint">{t("party.transferHint")}</p>,
        fields: owned,
        prefix: "party",
        initial: seat(party),
        submit: (v) => save(party, seat(v)),
      }),
    /** Asks once for whom many are; resolves to what is asked of each. */
    transferMany: async () => {
      const v = await ask({ title: t("party.transfer"), fields: owned, okText: t("party.transfer") });
      if (!v) return undefined;
      const to = Object.fromEntries(Object.entries(seat(v)).filter(([, id]) => id !== ""));
      if (Object.keys(to).length === 0) return undefined;
      const updateMask = maskOf(to);
      return (party: Party) => call({ party: { id: party.id, ...to }, updateMask, etag: party.etag });
    },
  };
}

const WRONG: number = VerificationOutcome.INVALID;

/** A way to verify customers and to open again what was found invalid. */
export function useVerifying(ask: Ask) {
  const { t } = useTranslation("customers");
  const { done, run } = useDo();
  const verifying = useAct(PartyService.method.verifyProspect);
  const reopening = useAct(PartyService.method.reopenProspect);
  const outcomes = useChoices(VerificationOutcomeSchema);
  const channels = useChoices(ChannelSchema);
  const outcome = { name: "outcome", label: t("verify.outcome"), kind: "choice", required: true } as const;
  const reopen = (party: { id: string; etag: string }) => reopening.mutateAsync({ id: party.id, etag: party.etag });
  return {
    verify: (party: Party) =>
      ask({
        title: t("verify.title", { name: party.name }),
        okText: t("verify.act"),
        fields: [
          // What others have built on cannot be found invalid any more.
          { ...outcome, options: outcomes.filter((o) => party.state !== PartyState.ACCOUNT || o.value !== WRONG) },
          { name: "channel", label: t("verify.channel"), kind: "choice", options: channels, required: true },
          { name: "evidence", label: t("verify.evidence"), kind: "area", max: 2000, hint: t("verify.evidenceHint") },
        ],
        initial: { channel: Channel.PHONE },
        submit: async (v) => {
          const found = { channel: v.channel, outcome: v.outcome, evidence: v.evidence ?? "" };
          const { party: after } = await verifying.mutateAsync({ id: party.id, etag: party.etag, ...found });
          done(t("verify.done"), after?.state === PartyState.INVALID ? () => reopen(after) : undefined);
        },
      }),
    reopen: (party: Party) => run(() => reopen(party), t("verify.reopened")),
  };
}
