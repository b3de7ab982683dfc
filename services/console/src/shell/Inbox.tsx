import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { HandoffInbox } from "../blocks/handoffs/HandoffInbox";
import { RecordLink } from "../blocks/Objects";
import { Pill } from "../blocks/Pill";
import { Empty } from "../blocks/states";
import { When } from "../blocks/When";
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

/** What is offered to the reader, then what he has to do himself. */
function WaitingList() {
  const { t } = useTranslation();
  const { handoffs, followUps } = useWaiting();
  if (handoffs.length + followUps.length === 0) return <Empty title={t("inbox.none")} />;
  return (
    <div className="stack">
      {handoffs.length > 0 && <HandoffInbox handoffs={handoffs} />}
      <ul className="plain">
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
    </div>
  );
}
