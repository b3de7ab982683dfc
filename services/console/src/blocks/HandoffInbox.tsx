import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { useFirm } from "../api/me";
import { type BoardRow, BoardService } from "../gen/baton/insight/v1/board_service_pb";
import { number } from "../i18n/format";
import { BOARDS, type FunctionName, LOOK_EVERY_MS } from "./handoffs/boards";
import { HandoffBoard } from "./handoffs/HandoffBoard";
import { OfferCard } from "./handoffs/parts";
import { useAnswers } from "./handoffs/useAnswers";
import { Empty, Failure, Waiting } from "./states";
import { useWords } from "./words";

/** Offers that a compact inbox shows before it sends to the board. */
const COMPACT_ROWS = 5;

interface Props {
  /** The function whose offers are shown; without it those of all functions. */
  functionName?: FunctionName;
  /** Only what is offered to the reader himself. */
  toMe?: boolean;
  /** A few cards instead of a table. */
  compact?: boolean;
}

/** What was handed over and waits for an answer, overdue first; answered right there. */
export function HandoffInbox({ functionName, toMe, compact }: Props) {
  const words = useWords();
  if (compact) return <CompactInbox functionName={functionName} toMe={toMe} />;
  const boards = BOARDS.filter((b) => b.functionName && (!functionName || b.functionName === functionName));
  return (
    <div className="stack">
      {boards.map((board) => (
        <section key={board.kind} aria-label={words.handoff(board.kind)}>
          {boards.length > 1 && <h2>{words.handoff(board.kind)}</h2>}
          <HandoffBoard board={board} toMe={toMe} />
        </section>
      ))}
    </div>
  );
}

/** What a function waits for, with how much of it is overdue. */
function useOffers(functionName: FunctionName, toMe: boolean | undefined, enabled: boolean) {
  return useRead(
    BoardService.method.listHandoffs,
    { function: functionName, toMe, pageSize: COMPACT_ROWS, count: true },
    { enabled, refetchInterval: LOOK_EVERY_MS },
  );
}

const dueFirst = (a: BoardRow, b: BoardRow) =>
  Number(b.overdue) - Number(a.overdue) ||
  Number(a.handoff?.dueTime?.seconds ?? Number.MAX_SAFE_INTEGER) -
    Number(b.handoff?.dueTime?.seconds ?? Number.MAX_SAFE_INTEGER);

function CompactInbox({ functionName, toMe }: Props) {
  const { t } = useTranslation("insight");
  const answers = useAnswers();
  const usesLeads = useFirm()?.leadsEnabled !== false;
  const wanted = (name: FunctionName) => !functionName || functionName === name;
  const routing = useOffers("ROUTING", toMe, wanted("ROUTING") && usesLeads);
  const sales = useOffers("SALES", toMe, wanted("SALES") && usesLeads);
  const commerce = useOffers("COMMERCE", toMe, wanted("COMMERCE"));
  const boards = [routing, sales, commerce].filter((q) => q.isEnabled);
  const failed = boards.find((q) => q.error);
  if (failed) return <Failure error={failed.error} retry={() => void failed.refetch()} />;
  if (boards.some((q) => q.isPending)) return <Waiting rows={3} />;
  const rows = boards
    .flatMap((q) => q.data?.rows ?? [])
    .sort(dueFirst)
    .slice(0, COMPACT_ROWS);
  const sum = (of: "waitingSize" | "overdueSize") => boards.reduce((n, q) => n + (q.data?.[of] ?? 0n), 0n);
  if (rows.length === 0) return <Empty title={t(toMe ? "board.noneForMe" : "board.none")} />;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <ul className="plain">
        {rows.map((row) => (
          <li key={row.handoff?.id} className="panel">
            <OfferCard row={row} answers={answers} />
          </li>
        ))}
      </ul>
      <p className="hint num">
        {t("board.counts", { waiting: number(sum("waitingSize")), overdue: number(sum("overdueSize")) })}{" "}
        <Link to="/handoffs" search={{ toMe: toMe ? "1" : undefined } as never}>
          {t("board.toBoard")}
        </Link>
      </p>
      {answers.dialog}
    </div>
  );
}
