import { useTranslation } from "react-i18next";
import { useMembers } from "../../api/names";
import { type Handoff, HandoffStateSchema } from "../../gen/baton/type/v1/handoff_pb";
import { Empty } from "../states";
import { When } from "../When";
import { State, useWords } from "../words";

/** The handoffs of a record, the oldest first: from whom to whom, when due, how answered. */
export function HandoffList({ handoffs }: { handoffs: Handoff[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const { name } = useMembers();
  if (handoffs.length === 0) return <Empty title={t("record.noHandoffs")} />;
  return (
    <ol className="timeline">
      {handoffs.map((h) => (
        <li key={h.id}>
          <div className="bar">
            <strong>{words.handoff(h.kind)}</strong>
            <State of={HandoffStateSchema} value={h.state} />
            <When at={h.offerTime} />
          </div>
          <div>
            {t("record.offeredBy", {
              from: name(h.fromMemberId) || "—",
              to: h.toMemberId ? name(h.toMemberId) : t("record.function"),
            })}
          </div>
          {h.dueTime && !h.answerTime && (
            <div className="hint">
              <When at={h.dueTime} exact />
            </div>
          )}
          {h.answerTime && (
            <div className="hint">
              {name(h.answeredById)} <When at={h.answerTime} />
            </div>
          )}
          {h.reason && <blockquote>{h.reason}</blockquote>}
          {h.escalateTime && (
            <div className="hint">{t("record.escalated", { to: name(h.escalatedToId) || t("state.nobody") })}</div>
          )}
        </li>
      ))}
    </ol>
  );
}
