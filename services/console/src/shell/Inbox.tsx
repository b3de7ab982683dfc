import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { RecordLink } from "../blocks/Objects";
import { Pill } from "../blocks/Pill";
import { Empty } from "../blocks/states";
import { When } from "../blocks/When";
import { useWords } from "../blocks/words";
import { useWaiting } from "./waiting";

/** What waits for the reader, beside the page. */
export function Inbox({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={open} onClose={onClose} title={t("inbox.title")} size={400} destroyOnHidden>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links within have the keys */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a link within was followed */}
      <div onClick={(e) => (e.target as HTMLElement).closest("a") && onClose()}>
        <WaitingList />
        <p>
          <Link to="/handoffs">{t("inbox.all")}</Link>
        </p>
      </div>
    </Drawer>
  );
}

/** The list of what waits for the reader, what is overdue first. */
export function WaitingList({ handoffsOnly = false }: { handoffsOnly?: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const { handoffs, followUps: due } = useWaiting();
  const followUps = handoffsOnly ? [] : due;
  if (handoffs.length + followUps.length === 0) return <Empty title={t("inbox.none")} />;
  return (
    <ul className="plain">
      {handoffs
        .toSorted((a, b) => Number(b.overdue) - Number(a.overdue))
        .map((row) => (
          <li key={row.handoff?.id} className="panel">
            <div className="bar">
              <Pill tone={row.overdue ? "danger" : "warning"}>
                {row.overdue ? t("inbox.overdue") : t("inbox.offered")}
              </Pill>
              <span className="hint">{words.handoff(row.handoff?.kind ?? "")}</span>
            </div>
            <RecordLink kind={row.handoff?.subject?.kind ?? ""} id={row.handoff?.subject?.id ?? ""}>
              {row.title || row.number || words.kind(row.handoff?.subject?.kind ?? "")}
            </RecordLink>
            <div className="hint">
              <When at={row.handoff?.offerTime} />
            </div>
          </li>
        ))}
      {followUps.map((f) => (
        <li key={f.id} className="panel">
          <div className="bar">
            <Pill tone="danger">{t("inbox.followUp")}</Pill>
            <span className="hint">
              <When at={f.dueTime} />
            </span>
          </div>
          <RecordLink kind={f.about?.kind ?? "ACCOUNT"} id={f.about?.id ?? ""}>
            {f.title}
          </RecordLink>
        </li>
      ))}
    </ul>
  );
}
