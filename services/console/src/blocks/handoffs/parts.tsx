import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/me";
import { useMembers } from "../../api/names";
import type { BoardRow } from "../../gen/baton/insight/v1/board_service_pb";
import { HandoffState, HandoffStateSchema } from "../../gen/baton/type/v1/handoff_pb";
import { span } from "../../i18n/format";
import { RecordLink } from "../Objects";
import { Pill } from "../Pill";
import { When } from "../When";
import { State, useWords } from "../words";
import { type Answers, nameOf } from "./useAnswers";

/** What is handed over, linked; "a lead you may not open" where rights end. */
export function Subject({ row }: { row: BoardRow }) {
  const { t } = useTranslation();
  const words = useWords();
  const kind = row.handoff?.subject?.kind ?? "";
  if (!row.visible) return <span className="hint">{t("record.closed", { kind: words.kind(kind) })}</span>;
  return (
    <span className="source" title={`${words.kind(kind)} ${row.number} ${row.title}`}>
      <RecordLink kind={kind} id={row.handoff?.subject?.id ?? ""}>
        {nameOf(row) || words.kind(kind)}
      </RecordLink>{" "}
      <span className="hint num">{row.title && row.number}</span>
    </span>
  );
}

/** To whom something is offered: a member by name, "me", or whoever carries out the function. */
export function useReceiver() {
  const { t } = useTranslation("insight");
  const me = useMe();
  const { name } = useMembers();
  return ({ handoff }: BoardRow) => {
    if (!handoff?.toMemberId) return t("board.function");
    return handoff.toMemberId === me.id ? t("board.me") : name(handoff.toMemberId) || "…";
  };
}

/** How it stands with the answer: overdue, due in time, without limit, or given. */
export function Standing({ row }: { row: BoardRow }) {
  const { t } = useTranslation("insight");
  const { handoff } = row;
  if (!handoff) return null;
  if (handoff.state !== HandoffState.OFFERED) return <State of={HandoffStateSchema} value={handoff.state} />;
  return (
    <span className="bar">
      <Pill tone={row.overdue ? "danger" : "warning"}>{row.overdue ? t("board.overdue") : t("board.waiting")}</Pill>
      {handoff.escalateTime && <Pill tone="danger">{t("board.escalated")}</Pill>}
    </span>
  );
}

/** How long it has waited, or took; and until when an answer was or is due. */
export function Waited({ row }: { row: BoardRow }) {
  const { t } = useTranslation("insight");
  const answered = row.handoff?.answerTime !== undefined;
  return (
    <span className="num">
      {t(answered ? "board.took" : "board.waits", { span: span(row.waitS) })}
      {row.handoff?.dueTime && !answered && (
        <>
          {" · "}
          {t("board.due")} <When at={row.handoff.dueTime} />
        </>
      )}
    </span>
  );
}

/** The buttons that answer an offer, or the reason why the reader cannot. */
export function AnswerButtons({ row, answers }: { row: BoardRow; answers: Answers }) {
  const { t } = useTranslation("insight");
  const why = answers.why(row);
  if (row.handoff?.state !== HandoffState.OFFERED) return null;
  if (why) {
    return (
      <span className="hint" title={why}>
        {why}
      </span>
    );
  }
  const name = nameOf(row);
  return (
    <span className="bar">
      <Button
        size="small"
        type="primary"
        aria-label={t("board.acceptOf", { name })}
        onClick={() => void answers.accept(row)}
      >
        {t("board.accept")}
      </Button>
      {answers.returnable(row) && (
        <Button size="small" aria-label={t("board.returnOf", { name })} onClick={() => answers.askReturn(row)}>
          {t("board.return")}
        </Button>
      )}
    </span>
  );
}

/** An offer where there is no room for a table. */
export function OfferCard({ row, answers }: { row: BoardRow; answers: Answers }) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const receiver = useReceiver();
  const { name } = useMembers();
  const h = row.handoff;
  return (
    <div className="stack" style={{ gap: 4 }}>
      <span className="bar">
        <Standing row={row} />
        <span className="hint">{words.handoff(h?.kind ?? "")}</span>
      </span>
      <strong>
        <Subject row={row} />
      </strong>
      <span className="hint">
        {t("board.fromTo", { from: name(h?.fromMemberId ?? "") || "—", to: receiver(row) })} · <Waited row={row} />
      </span>
      {h?.reason && <blockquote>{h.reason}</blockquote>}
      <AnswerButtons row={row} answers={answers} />
    </div>
  );
}
