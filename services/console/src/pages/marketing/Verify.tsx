import { Button, type InputRef } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useRead } from "../../api/calls";
import { isMasked } from "../../api/mask";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { isStale } from "../../api/refusal";
import { FilterBar } from "../../blocks/Filters";
import { dialled } from "../../blocks/Reach";
import { useSay } from "../../blocks/say";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { useWords } from "../../blocks/words";
import { Channel } from "../../gen/baton/customer/v1/channel_pb";
import { ContactState } from "../../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../../gen/baton/customer/v1/contact_service_pb";
import {
  VerificationOutcome as Outcome,
  type Party,
  PartyState,
  VerificationOutcomeSchema,
} from "../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../gen/baton/customer/v1/party_service_pb";
import { number, percent } from "../../i18n/format";
import { useShortcuts } from "../../shell/keys";
import { lazyDialog } from "../../shell/lazyPart";
import { ProspectSheet } from "./verify/ProspectSheet";
import { OUTCOMES, Result } from "./verify/Result";
import { Script } from "./verify/Script";
import { useTally } from "./verify/tally";
import { useQueue } from "./verify/useQueue";

const LeadDialog = lazyDialog(() => import("./leads/LeadDialog").then((m) => m.LeadDialog));

/** The screen of who calls prospects: the next one is open already, and one key tells what came out. */
export function Verify() {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const queue = useQueue();
  const today = useTally();
  const { list, current } = queue;
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("verify.pageTitle")}</h1>
        <FilterBar
          page="verify"
          filters={[
            { key: "territory", label: common("list.territory"), kind: "territory" },
            { key: "owner", label: common("list.owner"), kind: "member" },
            { key: "industry", label: t("party.industry"), kind: "text" },
          ]}
        />
        <span className="grow" />
        <Today today={today} left={list.total} capped={list.capped} />
      </div>
      {list.error ? (
        <Failure error={list.error} retry={list.retry} />
      ) : list.isLoading ? (
        <Waiting rows={10} />
      ) : current ? (
        <OneCall key={current.id} listed={current} pass={() => queue.pass(current.id)} tell={today.add} />
      ) : queue.isThrough ? (
        <Empty
          title={t("verify.roundOver")}
          hint={t("verify.roundOverHint")}
          action={<Button onClick={queue.again}>{t("verify.newRound")}</Button>}
        />
      ) : list.isFetching ? (
        <Waiting rows={10} />
      ) : (
        <Empty title={t("verify.none")} hint={t("verify.noneHint")} />
      )}
    </div>
  );
}

function Today(props: { today: ReturnType<typeof useTally>; left?: number; capped?: boolean }) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  const { tally, total, reached } = props.today;
  return (
    <div className="bar hint num" role="status" title={t("verify.countedHere")}>
      <strong>{t("verify.today", { count: total })}</strong>
      {OUTCOMES.map(([key, outcome]) => (
        <span key={key}>
          {word(VerificationOutcomeSchema, outcome)} {number(tally[outcome] ?? 0)}
        </span>
      ))}
      {total > 0 && <span>{t("verify.reached", { share: percent(reached / total) })}</span>}
      {props.left !== undefined && (
        <span>{t("verify.left", { count: props.left, shown: `${number(props.left)}${props.capped ? "+" : ""}` })}</span>
      )}
    </div>
  );
}

interface CallProps {
  listed: Party;
  /** Goes on to the next one. */
  pass: () => void;
  /** Counts an outcome, or takes it back. */
  tell: (outcome: Outcome, by: 1 | -1) => void;
}

/** One prospect, from its data to what came out. */
function OneCall({ listed, pass, tell }: CallProps) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  const me = useMe();
  const firm = useFirm();
  const say = useSay();
  const read = useRead(PartyService.method.getParty, { id: listed.id });
  const party = read.data?.party ?? listed;
  const contacts =
    useRead(ContactService.method.listContacts, { partyId: listed.id, state: ContactState.ACTIVE, pageSize: 20 }).data
      ?.contacts ?? [];
  const verify = useAct(PartyService.method.verifyProspect);
  const reopen = useAct(PartyService.method.reopenProspect);
  const [channel, setChannel] = useState<number>(Channel.PHONE);
  const [evidence, setEvidence] = useState("");
  const [wanting, setWanting] = useState(false);
  const [leading, setLeading] = useState(false);
  const field = useRef<InputRef>(null);

  // Somebody else was faster.
  const gone = read.data?.party !== undefined && read.data.party.state !== PartyState.PROSPECT && !verify.isPending;
  useEffect(() => {
    if (gone) pass();
  }, [gone, pass]);

  const undoing = (after: Party) => () =>
    void reopen.mutateAsync({ id: after.id, etag: after.etag }).then(() => {
      tell(Outcome.INVALID, -1);
      say.done(t("done.undone"));
    }, say.refused);
  const record = async (outcome: Outcome) => {
    if (verify.isPending) return;
    if (outcome === Outcome.CONFIRMED && !evidence.trim()) return setWanting(true);
    try {
      const { party: after } = await verify.mutateAsync({
        id: party.id,
        etag: party.etag,
        channel,
        evidence: evidence.trim(),
        outcome,
      });
      tell(outcome, 1);
      const told = `${party.name}: ${word(VerificationOutcomeSchema, outcome)}`;
      say.done(told, outcome === Outcome.INVALID && after ? undoing(after) : undefined);
      pass();
    } catch (cause) {
      if (isStale(cause)) {
        say.info(t("verify.stale"));
        await read.refetch();
      } else say.refused(cause);
    }
  };
  const leads =
    me.can(Duty.MARKETING, Access.WRITE) && firm?.leadsEnabled !== false && firm?.marketingEnabled !== false;
  const called = [party, ...contacts].find((each) => each.phone);
  const phone = called && !isMasked(called, "phone") ? called.phone : undefined;
  useShortcuts({
    ...Object.fromEntries(OUTCOMES.map(([key, outcome]) => [key, () => void record(outcome)])),
    5: leads ? () => setLeading(true) : undefined,
    n: pass,
    e: () => field.current?.focus(),
    t: phone ? () => location.assign(`tel:${dialled(phone)}`) : undefined,
  });
  return (
    <>
      <div className="columns">
        <div className="stack">
          <ProspectSheet party={party} contacts={contacts} />
          <Result
            evidence={evidence}
            onEvidence={(text) => {
              setEvidence(text);
              setWanting(false);
            }}
            field={field}
            channel={channel}
            onChannel={setChannel}
            wanting={wanting}
            busy={verify.isPending}
            tell={(outcome) => void record(outcome)}
            lead={leads ? () => setLeading(true) : undefined}
            skip={pass}
          />
          <p className="hint">{t("verify.keys")}</p>
        </div>
        <Script party={party} contact={contacts[0]?.name ?? ""} />
      </div>
      <LeadDialog
        open={leading}
        onClose={() => setLeading(false)}
        partyId={party.id}
        source={comesFrom(party)}
        onCreated={() => setLeading(false)}
      />
    </>
  );
}

/** Where an interest comes from that shows in the call: the campaign that the list was for, else whoever was called. */
const comesFrom = ({ id, source }: Party) =>
  source?.kind === "CAMPAIGN" ? { kind: source.kind, id: source.id } : { kind: "ACCOUNT", id };
