import { useTranslation } from "react-i18next";
import { useWords } from "../words";
import type { Layout, Placed } from "./layout";
import { NodeText } from "./NodeText";

/** A chain as a list with indents: what came from something stands below it. */
export function TraceList({ layout, current }: { layout: Layout; current: string }) {
  const { t } = useTranslation("insight");
  const roots = layout.placed.filter((p) => p.parents.length === 0);
  return (
    <section aria-label={t("trace.list")}>
      <Branch of={roots} layout={layout} current={current} />
    </section>
  );
}

function Branch({ of, layout, current }: { of: Placed[]; layout: Layout; current: string }) {
  if (of.length === 0) return null;
  return (
    <ul className="trace-list">
      {of.map((p) => (
        <li key={p.key}>
          <div
            className={`trace-row${p.node.visible ? "" : " closed"}`}
            aria-current={p.key === current ? "true" : undefined}
          >
            <NodeText node={p.node} root={p.parents.length === 0} />
            <AlsoFrom of={p} layout={layout} />
          </div>
          <Branch of={layout.placed.filter((c) => c.parents[0] === p.key)} layout={layout} current={current} />
        </li>
      ))}
    </ul>
  );
}

function AlsoFrom({ of, layout }: { of: Placed; layout: Layout }) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const further = of.parents.slice(1).map((key) => layout.placed.find((p) => p.key === key)?.node);
  if (further.length === 0) return null;
  const names = further.map((n) => [words.kind(n?.kind ?? ""), n?.number].filter(Boolean).join(" "));
  return <span className="hint">{t("trace.alsoFrom", { names: names.join(t("trace.comma")) })}</span>;
}
