import { HolderOutlined, MoreOutlined } from "@ant-design/icons";
import { DragDropProvider, DragOverlay, useDraggable, useDragOperation, useDroppable } from "@dnd-kit/react";
import { Button, Dropdown } from "antd";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../i18n/format";
import "./board.css";
import { usePlugins, useSensors } from "./dragging";

/** A lane of a board. */
export interface Lane {
  id: string;
  title: string;
  /** Figures under the title. */
  head?: ReactNode;
}

/** A place besides the lanes that a card may go to. */
export interface Exit {
  id: string;
  title: string;
  tone: "success" | "danger";
}

interface Props<Card> {
  /** What the board is called. */
  label: string;
  lanes: Lane[];
  /** Places at the bottom of the board, shown while a card is held; they stand in the menu of each card as well. */
  exits?: Exit[];
  cards: Card[];
  cardId: (card: Card) => string;
  cardName: (card: Card) => string;
  /** The lane that a card stands in. */
  laneOf: (card: Card) => string;
  render: (card: Card) => ReactNode;
  /** Moves a card to a lane or an exit; left out, cards can only be looked at. */
  onMove?: (card: Card, to: string) => void;
}

/** Cards that a lane shows before it is asked for more. */
const SHOWN_AT_FIRST = 50;

/** Cards in lanes, moved by mouse, by touch, by keyboard, or by the menu of each card. */
export function Board<Card>(props: Props<Card>) {
  const { lanes, exits = [], cards, cardId, cardName, laneOf, onMove } = props;
  const { i18n } = useTranslation();
  const [step, measure] = useLaneStep();
  const places = [...lanes, ...exits];
  const byId = new Map(cards.map((card) => [cardId(card), card]));
  const sensors = useSensors(step);
  const plugins = usePlugins({
    item: (id) => {
      const card = byId.get(id);
      return card === undefined ? "" : cardName(card);
    },
    place: (id) => places.find((p) => p.id === id)?.title ?? "",
  });
  return (
    <DragDropProvider
      key={i18n.language}
      sensors={sensors}
      plugins={plugins}
      onDragEnd={({ canceled, operation: { source, target } }) => {
        const card = source ? byId.get(String(source.id)) : undefined;
        if (canceled || card === undefined || !target || String(target.id) === laneOf(card)) return;
        onMove?.(card, String(target.id));
      }}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div ref={measure} className="board" role="group" aria-label={props.label} tabIndex={0}>
        {lanes.map((lane) => (
          <LaneColumn key={lane.id} {...props} lane={lane} cards={cards.filter((card) => laneOf(card) === lane.id)} />
        ))}
      </div>
      {onMove && <Exits exits={exits} />}
      <DragOverlay>
        {(source) => {
          const card = byId.get(String(source.id));
          return card === undefined ? null : <div className="board-card held">{props.render(card)}</div>;
        }}
      </DragOverlay>
    </DragDropProvider>
  );
}

/** How far apart the lanes stand: so far one key press moves a card. */
function useLaneStep(): [number, (board: HTMLElement | null) => (() => void) | undefined] {
  const [step, setStep] = useState(272);
  const measure = useCallback((board: HTMLElement | null) => {
    if (!board) return undefined;
    const watch = new ResizeObserver(() => {
      const [first, second] = [...board.children] as HTMLElement[];
      if (first && second) setStep(second.offsetLeft - first.offsetLeft);
    });
    watch.observe(board);
    return () => watch.disconnect();
  }, []);
  return [step, measure];
}

function LaneColumn<Card>({ lane, cards, ...props }: Props<Card> & { lane: Lane }) {
  const { t } = useTranslation();
  const { ref, isDropTarget } = useDroppable({ id: lane.id });
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const { cardId, cardName, onMove } = props;
  return (
    <section ref={ref} className={isDropTarget ? "lane over" : "lane"} aria-label={lane.title} data-lane={lane.id}>
      <h2>
        <span>{lane.title}</span>
        <span className="num">{number(cards.length)}</span>
      </h2>
      {lane.head}
      <ul className="lane-cards">
        {cards.slice(0, shown).map((card) => (
          <li key={cardId(card)}>
            {onMove ? (
              <MovableCard
                id={cardId(card)}
                name={cardName(card)}
                at={lane.id}
                lanes={props.lanes}
                exits={props.exits ?? []}
                onMove={(to) => onMove(card, to)}
              >
                {props.render(card)}
              </MovableCard>
            ) : (
              <div className="board-card">{props.render(card)}</div>
            )}
          </li>
        ))}
      </ul>
      {cards.length > shown && (
        <Button type="link" onClick={() => setShown(shown + SHOWN_AT_FIRST)}>
          {t("board.more", { count: cards.length - shown })}
        </Button>
      )}
    </section>
  );
}

interface MovableProps {
  id: string;
  name: string;
  at: string;
  lanes: Lane[];
  exits: Exit[];
  onMove: (to: string) => void;
  children: ReactNode;
}

/** A card with a grip for the keyboard and a menu; mouse and finger take it anywhere. */
function MovableCard({ id, name, at, lanes, exits, onMove, children }: MovableProps) {
  const { t } = useTranslation();
  const { ref, handleRef, isDragging } = useDraggable({ id });
  return (
    <div ref={ref} className={isDragging ? "board-card movable ghost" : "board-card movable"} data-card={id}>
      <div className="board-tools">
        <button
          ref={handleRef}
          type="button"
          className="board-tool grip"
          aria-label={t("board.hold", { name })}
          aria-roledescription={t("board.grip")}
        >
          <HolderOutlined aria-hidden />
        </button>
        <Dropdown
          autoFocus
          trigger={["click"]}
          menu={{
            items: [
              ...lanes.map((l) => ({ key: l.id, label: l.title, disabled: l.id === at })),
              ...(exits.length > 0 ? [{ type: "divider" as const }] : []),
              ...exits.map((e) => ({ key: e.id, label: e.title, danger: e.tone === "danger" })),
            ],
            onClick: ({ key }) => onMove(key),
          }}
        >
          <button type="button" className="board-tool" aria-label={t("board.move", { name })} title={t("board.moveTo")}>
            <MoreOutlined aria-hidden />
          </button>
        </Dropdown>
      </div>
      {children}
    </div>
  );
}

/** Where a card goes that leaves the board; shown while one is held. */
function Exits({ exits }: { exits: Exit[] }) {
  const { source } = useDragOperation();
  if (!source) return null;
  return (
    <div className="exits">
      {exits.map((exit) => (
        <ExitPlace key={exit.id} exit={exit} />
      ))}
    </div>
  );
}

/** Above the lanes that it covers. */
const PRIORITY = 10;

function ExitPlace({ exit }: { exit: Exit }) {
  const { ref, isDropTarget } = useDroppable({ id: exit.id, collisionPriority: PRIORITY });
  return (
    <div ref={ref} className={`exit ${exit.tone}${isDropTarget ? " over" : ""}`} data-lane={exit.id}>
      {exit.title}
    </div>
  );
}
