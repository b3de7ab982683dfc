import { Link, useParams } from "@tanstack/react-router";
import { Grid, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { useMembers } from "../../api/names";
import { useAsk } from "../../blocks/ask";
import { ChangeHistory } from "../../blocks/ChangeHistory";
import { MemberName } from "../../blocks/People";
import { VerbBar } from "../../blocks/RecordPage";
import { StatusStrip, type Step } from "../../blocks/StatusStrip";
import { Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  type LeaverHandover as Handover,
  LeaverHandoverState,
  LeaverHandoverStateSchema,
} from "../../gen/baton/directory/v1/leaver_handover_pb";
import { LeaverHandoverService } from "../../gen/baton/directory/v1/leaver_handover_service_pb";
import { Held } from "./leaver/Held";
import { isMoving, isOpen } from "./leaver/kinds";
import { Preview } from "./leaver/Preview";
import { Progress } from "./leaver/Progress";
import { Report } from "./leaver/Report";
import { Rules } from "./leaver/Rules";
import { useLeaverVerbs } from "./leaver/verbs";

const { PLANNED, RUNNING, STOPPED, DONE, ROLLING_BACK, ROLLED_BACK, CANCELLED } = LeaverHandoverState;

/** How soon a handover is looked at again while records move. */
const LOOK_AGAIN_MS = 1_500;

/** What somebody who leaves holds, who takes it over, how far that is, and what came of it. */
export function LeaverHandover() {
  const { id = "" } = useParams({ strict: false });
  const found = useRead(
    LeaverHandoverService.method.getLeaverHandover,
    { id },
    {
      refetchInterval: ({ state }) =>
        state.data?.leaverHandover && isMoving(state.data.leaverHandover.state) ? LOOK_AGAIN_MS : false,
    },
  );
  const handover = found.data?.leaverHandover;
  if (handover) return <HandoverRecord handover={handover} />;
  return (
    <div className="page">
      {found.error ? <Failure error={found.error} retry={() => void found.refetch()} /> : <Waiting rows={10} />}
    </div>
  );
}

function HandoverRecord({ handover }: { handover: Handover }) {
  const { t } = useTranslation(["admin", "common"]);
  const { name } = useMembers();
  const { ask, dialog } = useAsk();
  const wide = Grid.useBreakpoint().md ?? true;
  const verbs = useLeaverVerbs(handover, ask);
  const title = t("leaver.title", { name: name(handover.memberId), successor: name(handover.successorId) });
  const open = isOpen(handover.state);
  const told = handover.report.length > 0;
  return (
    <article className="page record" aria-label={title}>
      <header className="record-head">
        <nav aria-label={t("common:nav.leavers")}>
          <Link to="/admin/leaver-handovers">{t("common:nav.leavers")}</Link>
        </nav>
        <div className="bar">
          <h1>{title}</h1>
          <State of={LeaverHandoverStateSchema} value={handover.state} />
          <span className="grow" />
          <VerbBar verbs={verbs} wide={wide} />
        </div>
        <States handover={handover} />
        <Progress handover={handover} />
        <Highlights handover={handover} />
      </header>
      <Tabs
        destroyOnHidden
        items={[
          ...(told
            ? [{ key: "report", label: t("leaver.report.title"), children: <Report handover={handover} /> }]
            : []),
          ...(open
            ? [{ key: "preview", label: t("leaver.preview.title"), children: <Preview handover={handover} /> }]
            : []),
          {
            key: "rules",
            label: t("leaver.rules.title", { count: handover.rules.length }),
            children: <Rules handover={handover} ask={ask} able={open} />,
          },
          { key: "held", label: t("leaver.held.title"), children: <Held handover={handover} /> },
          {
            key: "changes",
            label: t("common:record.changes"),
            children: <ChangeHistory kind="LEAVER_HANDOVER" id={handover.id} />,
          },
        ]}
      />
      {dialog}
    </article>
  );
}

/** The states that a handover goes through, and where it stands among them. */
function States({ handover }: { handover: Handover }) {
  const { t } = useTranslation("admin");
  const { word } = useWords();
  const { state } = handover;
  const back = state === ROLLING_BACK || state === ROLLED_BACK;
  const path =
    state === CANCELLED
      ? [PLANNED, CANCELLED]
      : [PLANNED, state === STOPPED ? STOPPED : RUNNING, DONE, ...(back ? [ROLLING_BACK, ROLLED_BACK] : [])];
  const at = path.indexOf(state);
  // A plan is made, and so is what is over; all else is being done.
  const reached = state === PLANNED || state === DONE || state === ROLLED_BACK || state === CANCELLED;
  const times: Partial<Record<LeaverHandoverState, typeof handover.createTime>> = {
    [PLANNED]: handover.createTime,
    [RUNNING]: handover.executeTime,
    [STOPPED]: handover.executeTime,
    [back ? ROLLED_BACK : DONE]: handover.endTime,
  };
  const steps = path.map((step, i): Step => {
    const time = i <= at ? times[step] : undefined;
    return {
      key: String(step),
      label: word(LeaverHandoverStateSchema, step),
      stand: i < at || (i === at && reached) ? "done" : i === at ? "partly" : i === at + 1 ? "next" : "later",
      hint: time && <When at={time} exact />,
    };
  });
  return <StatusStrip label={t("leaver.states")} steps={steps} />;
}

function Highlights({ handover: h }: { handover: Handover }) {
  const { t } = useTranslation(["admin", "common"]);
  const rows = [
    { label: t("leaver.member"), value: <MemberName id={h.memberId} /> },
    { label: t("leaver.successor"), value: <MemberName id={h.successorId} /> },
    { label: t("common:list.created"), value: <When at={h.createTime} exact /> },
    ...(h.executedById ? [{ label: t("leaver.executedBy"), value: <MemberName id={h.executedById} /> }] : []),
    ...(h.executeTime ? [{ label: t("leaver.executed"), value: <When at={h.executeTime} exact /> }] : []),
    ...(h.rollBackUntilTime
      ? [{ label: t("leaver.rollBackUntil"), value: <When at={h.rollBackUntilTime} exact /> }]
      : []),
    ...(h.note ? [{ label: t("leaver.note"), value: <span className="pre">{h.note}</span> }] : []),
  ];
  return (
    <dl className="highlights" aria-label={t("common:record.highlights")}>
      {rows.map((row) => (
        <div key={row.label}>
          <dt>{row.label}</dt>
          <dd>{row.value}</dd>
        </div>
      ))}
    </dl>
  );
}
