import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useRead } from "../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useMembers } from "../../api/names";
import { FormDialog } from "../../blocks/Form";
import { HandoffInbox } from "../../blocks/handoffs/HandoffInbox";
import { Money } from "../../blocks/Money";
import { ObjectName, RecordLink } from "../../blocks/Objects";
import { Pill } from "../../blocks/Pill";
import { SharedRecords, useSharedWith } from "../../blocks/SharedRecords";
import { useSay } from "../../blocks/say";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { LogInteraction } from "../../blocks/Timeline";
import { When } from "../../blocks/When";
import { State } from "../../blocks/words";
import { type FollowUp, FollowUpState } from "../../gen/baton/customer/v1/follow_up_pb";
import { FollowUpService } from "../../gen/baton/customer/v1/follow_up_service_pb";
import { type Lead, LeadQuality, LeadQualitySchema } from "../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../gen/baton/marketing/v1/lead_service_pb";
import { type Opportunity, OpportunityState } from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import { day } from "../../i18n/format";
import { sums } from "../../i18n/sums";
import { dayIn, startOf } from "../../i18n/zone";
import { useWaiting } from "../../shell/waiting";
import { Demo } from "./Demo";
import { LargeExports } from "./LargeExports";

/** What do I do now: what was given to me, what is due, which money is at risk. */
export function Today() {
  const { t } = useTranslation("home");
  const { t: share } = useTranslation("share");
  const me = useMe();
  const zone = useFirm()?.timeZone;
  const { handoffs } = useWaiting();
  const due = useDue();
  const risk = useAtRisk();
  const unanswered = useUnanswered();
  const shared = useSharedWith("me");
  const [logging, setLogging] = useState(false);
  // A system in which nobody works yet: there the demo company may help.
  const { active } = useMembers();
  const isNew = active.length === 1;
  const overdue = due.rows.filter((f) => f.dueTime && timestampDate(f.dueTime).getTime() < Date.now());
  return (
    <div className="page">
      <div className="bar">
        <div>
          <h1>{t("today.title", { name: me.member?.displayName || me.member?.name || "" })}</h1>
          <p className="hint">{day(dayIn(zone))}</p>
        </div>
        <span className="grow" />
        {me.can(Duty.CUSTOMER, Access.WRITE) && (
          <Button type="primary" onClick={() => setLogging(true)}>
            {t("today.log")}
          </Button>
        )}
      </div>
      {isNew && <Demo />}
      <div className="tiles">
        <Tile label={t("today.offered")} value={handoffs.length} alarm={handoffs.some((h) => h.overdue)} />
        <Tile label={t("today.overdue")} value={overdue.length} alarm={overdue.length > 0} />
        <Tile label={t("today.due")} value={due.rows.length - overdue.length} />
        <Tile
          label={t("today.atRisk")}
          value={
            <span className="stack-tight">
              {sums(risk.rows.map((o) => o.amount)).map((sum) => (
                <Money key={sum.currencyCode} of={sum} compact />
              ))}
              {risk.rows.length === 0 && "0"}
            </span>
          }
          alarm={risk.rows.length > 0}
        />
      </div>
      <div className="columns">
        <div className="stack">
          <section aria-labelledby="today-waiting">
            <h2 id="today-waiting">{t("today.waiting")}</h2>
            <HandoffInbox handoffs={handoffs} />
          </section>
          <section aria-labelledby="today-due">
            <h2 id="today-due">{t("today.toDo")}</h2>
            <Due {...due} />
          </section>
          {shared.rows.length > 0 && (
            <section aria-labelledby="today-shared">
              <h2 id="today-shared">{share("withMe")}</h2>
              <SharedRecords list={shared} />
            </section>
          )}
        </div>
        <div className="stack">
          <LargeExports />
          {unanswered.enabled && (
            <section aria-labelledby="today-leads">
              <h2 id="today-leads">{t("today.unanswered")}</h2>
              <Unanswered rows={unanswered.rows} />
            </section>
          )}
          {risk.enabled && (
            <section aria-labelledby="today-risk">
              <h2 id="today-risk">{t("today.slipping")}</h2>
              <Slipping rows={risk.rows} />
            </section>
          )}
        </div>
      </div>
      <LogInteraction open={logging} onClose={() => setLogging(false)} />
    </div>
  );
}

function Tile({ label, value, alarm }: { label: string; value: ReactNode; alarm?: boolean }) {
  return (
    <div className="panel tile">
      <div className="hint">{label}</div>
      <div className="figure num">
        {value} {alarm && <Pill tone="danger">!</Pill>}
      </div>
    </div>
  );
}

/** My follow-ups that are due by the end of today. */
function useDue() {
  const me = useMe();
  const zone = useFirm()?.timeZone;
  const until = startOf(dayIn(zone, 1), zone);
  const asked = { ownerId: me.id, state: FollowUpState.OPEN, dueBeforeTime: until, pageSize: 50 };
  const enabled = me.id !== "" && me.can(Duty.CUSTOMER, Access.READ);
  const query = useRead(FollowUpService.method.listFollowUps, asked, { enabled });
  return { enabled, rows: query.data?.followUps ?? [], query };
}

function Due({ enabled, rows, query }: ReturnType<typeof useDue>) {
  const { t } = useTranslation("home");
  const [done, setDone] = useState<FollowUp>();
  const complete = useAct(FollowUpService.method.completeFollowUp);
  const reopen = useAct(FollowUpService.method.reopenFollowUp);
  const say = useSay();
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (enabled && query.isPending) return <Waiting rows={3} />;
  if (rows.length === 0) return <Empty title={t("today.nothingDue")} hint={t("today.nothingDueHint")} />;
  return (
    <>
      <ul className="plain">
        {rows.map((f) => (
          <li key={f.id} className="panel bar">
            <div className="grow">
              <strong>{f.title}</strong>
              <div className="hint">
                <ObjectName kind={f.about?.kind ?? "ACCOUNT"} id={f.about?.id ?? f.partyId} />
              </div>
            </div>
            <When at={f.dueTime} />
            <Button onClick={() => setDone(f)}>{t("today.complete")}</Button>
          </li>
        ))}
      </ul>
      <FormDialog
        open={done !== undefined}
        title={done?.title ?? ""}
        okText={t("today.complete")}
        fields={[{ name: "result", label: t("today.result"), kind: "area", max: 2000 }]}
        submit={async ({ result }) => {
          if (!done) return;
          const { followUp } = await complete.mutateAsync({ id: done.id, etag: done.etag, result: result ?? "" });
          const back = () =>
            reopen.mutate({ id: done.id, etag: followUp?.etag ?? "" }, { onError: (cause) => say.refused(cause) });
          say.done(t("today.completed"), back);
        }}
        onClose={() => setDone(undefined)}
      />
    </>
  );
}

/** My leads that nobody has answered yet, the most urgent first. */
function useUnanswered() {
  const me = useMe();
  const enabled = me.id !== "" && [Duty.MARKETING, Duty.ROUTING, Duty.SALES].some((d) => me.can(d, Access.READ));
  const asked = { ownerId: me.id, orderBy: "response_due_time asc", pageSize: 50 };
  const query = useRead(LeadService.method.listLeads, asked, { enabled });
  const open = [LeadQuality.NEW, LeadQuality.IDENTIFIED];
  return { enabled, rows: (query.data?.leads ?? []).filter((l) => open.includes(l.quality)).slice(0, 8) };
}

function Unanswered({ rows }: { rows: Lead[] }) {
  const { t } = useTranslation("home");
  if (rows.length === 0) return <Empty title={t("today.noLeads")} />;
  return (
    <ul className="plain">
      {rows.map((l) => (
        <li key={l.id} className="panel">
          <RecordLink kind="LEAD" id={l.id}>
            {l.title}
          </RecordLink>
          <div className="bar">
            <State of={LeadQualitySchema} value={l.quality} />
            {l.responseOverdue && <Pill tone="danger">{t("today.late")}</Pill>}
            <span className="hint">
              <When at={l.responseDueTime ?? l.createTime} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** My open deals that should have been decided by now. */
function useAtRisk() {
  const me = useMe();
  const zone = useFirm()?.timeZone;
  const enabled = me.id !== "" && me.can(Duty.SALES, Access.READ);
  const asked = { ownerId: me.id, state: OpportunityState.OPEN, orderBy: "expected_close_date", pageSize: 200 };
  const query = useRead(OpportunityService.method.listOpportunities, asked, { enabled });
  const today = dayIn(zone);
  const late = (query.data?.opportunities ?? []).filter((o) => o.expectedCloseDate && o.expectedCloseDate < today);
  const worth = (o: Opportunity) => Number(o.amount?.amountMinor ?? 0n);
  return { enabled, rows: late.toSorted((a, b) => worth(b) - worth(a)) };
}

function Slipping({ rows }: { rows: Opportunity[] }) {
  const { t } = useTranslation("home");
  if (rows.length === 0) return <Empty title={t("today.noSlipping")} />;
  return (
    <ul className="plain">
      {rows.slice(0, 8).map((o) => (
        <li key={o.id} className="panel bar">
          <span className="grow">
            <RecordLink kind="OPPORTUNITY" id={o.id}>
              {o.name}
            </RecordLink>
            <span className="hint"> {t("today.closedBy", { day: day(o.expectedCloseDate) })}</span>
          </span>
          <Money of={o.amount} />
        </li>
      ))}
    </ul>
  );
}
