import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { Access, useFirm, useMe } from "../../api/me";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { BOARDS, type Board, LOOK_EVERY_MS } from "../../blocks/handoffs/boards";
import { HandoffBoard } from "../../blocks/handoffs/HandoffBoard";
import { Pill } from "../../blocks/Pill";
import { useChoices, useWords } from "../../blocks/words";
import { BoardService } from "../../gen/baton/insight/v1/board_service_pb";
import { HandoffState, HandoffStateSchema } from "../../gen/baton/type/v1/handoff_pb";
import { number } from "../../i18n/format";
import "./insight.css";

/** What waits between functions, and for how long; answered right there. */
export function Handoffs() {
  const { t } = useTranslation("insight");
  const words = useWords();
  const [filters, set] = useFilters();
  const firm = useFirm();
  const boards = BOARDS.filter((b) => firm?.leadsEnabled !== false || !b.kind.startsWith("LEAD_"));
  const me = useMe();
  const states = useChoices(HandoffStateSchema);
  const chosen = boards.find((b) => b.kind === filters.board);
  const board = chosen ?? boards.find((b) => me.can(b.duty, Access.WRITE)) ?? boards[0];
  if (!board) return null;
  return (
    <div className="page">
      <h1>{t("board.title")}</h1>
      <p className="hint">{t("board.intro")}</p>
      <div className="tiles small">
        {boards.map((b) => (
          <BoardTile
            key={b.kind}
            board={b}
            toMe={filters.toMe === "1"}
            quiet={b.kind === "ORDER_TO_ERP" && !firm?.erpSystem}
            pressed={b === board}
            onPress={() => set({ board: b.kind })}
          />
        ))}
      </div>
      <FilterBar
        page="handoffs"
        filters={[
          { key: "state", label: t("board.state"), kind: "choice", options: states },
          { key: "overdue", label: t("board.overdue"), kind: "flag" },
          { key: "toMe", label: t("board.toMe"), kind: "flag" },
        ]}
      />
      <h2>{words.handoff(board.kind)}</h2>
      <HandoffBoard
        board={board}
        state={Number(filters.state) || HandoffState.UNSPECIFIED}
        overdue={filters.overdue === "1"}
        toMe={filters.toMe === "1"}
        orderBy={filters.order}
        onOrder={(order) => set({ order })}
      />
    </div>
  );
}

interface TileProps {
  board: Board;
  toMe: boolean;
  /** Not shown while nothing waits: an ERP that is not connected may have left something behind. */
  quiet: boolean;
  pressed: boolean;
  onPress: () => void;
}

function BoardTile({ board, toMe, quiet, pressed, onPress }: TileProps) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const { data } = useRead(
    BoardService.method.listHandoffs,
    { kind: board.kind, toMe, pageSize: 1, count: true },
    { refetchInterval: LOOK_EVERY_MS },
  );
  if (quiet && !data?.waitingSize) return null;
  const count = (n: bigint, capped: boolean) => number(n) + (capped ? "+" : "");
  return (
    <button type="button" className="panel tile" aria-pressed={pressed} onClick={onPress}>
      <span className="hint">{words.handoff(board.kind)}</span>
      <span className="figure num">{data ? count(data.waitingSize, data.waitingCapped) : "…"}</span>
      <span className="bar">
        <span className="hint">{t("board.waiting")}</span>
        {data && data.overdueSize > 0n && (
          <Pill tone="danger">
            {t("board.overdueCount", { count: Number(data.overdueSize) })}
            {data.overdueCapped && "+"}
          </Pill>
        )}
      </span>
    </button>
  );
}
