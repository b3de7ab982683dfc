import { useTranslation } from "react-i18next";
import type { BoardRow } from "../../gen/baton/insight/v1/board_service_pb";
import { Empty } from "../states";
import { OfferCard } from "./parts";
import { useAnswers } from "./useAnswers";

/** Offers to the reader wherever they are told of, what is overdue first; each is taken or given back right there. */
export function HandoffInbox({ handoffs }: { handoffs: BoardRow[] }) {
  const { t } = useTranslation();
  const answers = useAnswers();
  return (
    <>
      {handoffs.length === 0 ? (
        <Empty title={t("inbox.none")} />
      ) : (
        <ul className="plain">
          {handoffs
            .toSorted((a, b) => Number(b.overdue) - Number(a.overdue))
            .map((row) => (
              <li key={row.handoff?.id} className="panel">
                <OfferCard row={row} answers={answers} />
              </li>
            ))}
        </ul>
      )}
      {answers.dialog}
    </>
  );
}
