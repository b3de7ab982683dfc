import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useWords } from "../words";
import type { Layout, Placed } from "./layout";
import { NodeText } from "./NodeText";

const WIDTH = 206;
const HEIGHT = 78;
const GAP_X = 38;
const GAP_Y = 14;
const EDGE = 4;

const left = (p: Placed) => EDGE + p.column * (WIDTH + GAP_X);
const top = (p: Placed) => EDGE + p.row * (HEIGHT + GAP_Y);

/** A line from an object to what came from it: up or down right behind the one, then straight to the other. */
function line(from: Placed, to: Placed): string {
  const [x1, y1] = [left(from) + WIDTH, top(from) + HEIGHT / 2];
  const [x2, y2] = [left(to), top(to) + HEIGHT / 2];
  const bend = x1 + GAP_X / 2;
  return `M${x1},${y1} C${bend},${y1} ${bend},${y2} ${x1 + GAP_X - 10},${y2} L${x2},${y2} m-6,-4 l6,4 l-6,4`;
}

/** A chain as a picture: layers from left to right, each object a link in its own box. */
export function TraceMap({ layout, current }: { layout: Layout; current: string }) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const box = useRef<HTMLElement>(null);
  const byKey = new Map(layout.placed.map((p) => [p.key, p]));
  const at = byKey.get(current);
  const [x, y] = at ? [left(at), top(at)] : [0, 0];
  useEffect(() => {
    // The one that the picture is about is seen at once, however long the chain.
    const view = box.current;
    view?.scrollTo(x - view.clientWidth / 2 + WIDTH / 2, y - view.clientHeight / 2 + HEIGHT / 2);
  }, [x, y]);
  const size = {
    width: layout.columns * (WIDTH + GAP_X) - GAP_X + 2 * EDGE,
    height: layout.rows * (HEIGHT + GAP_Y) - GAP_Y + 2 * EDGE,
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="trace-view" ref={box} tabIndex={0} aria-label={t("trace.picture")}>
      <div className="trace-canvas" style={size}>
        <svg aria-hidden {...size}>
          {layout.placed.flatMap((p) =>
            p.parents.map((key, i) => {
              const from = byKey.get(key);
              return (
                from && <path key={`${key} ${p.key}`} d={line(from, p)} className={i > 0 ? "further" : undefined} />
              );
            }),
          )}
        </svg>
        <ol>
          {layout.placed.map((p) => (
            <li
              key={p.key}
              className={`trace-node${p.node.visible ? "" : " closed"}`}
              aria-current={p.key === current ? "true" : undefined}
              title={[words.kind(p.node.kind), p.node.number, p.node.title].filter(Boolean).join(" ")}
              style={{ left: left(p), top: top(p), width: WIDTH, height: HEIGHT }}
            >
              <NodeText node={p.node} root={p.parents.length === 0} />
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
