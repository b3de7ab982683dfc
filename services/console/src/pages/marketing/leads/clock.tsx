import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Pill } from "../../../blocks/Pill";
import { type Lead, LeadQuality } from "../../../gen/baton/marketing/v1/lead_pb";
import { span } from "../../../i18n/format";

/** What is left of the time at which a first contact is soon due. */
const SOON_MS = 4 * 3_600_000;

/** Now, moving on by itself. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Whether somebody can still work on a lead. */
export const isOpen = (lead: Lead) => lead.quality < LeadQuality.CONVERTING;

/** Whether the time for the first contact has passed. */
export const isOverdue = (lead: Lead, now = Date.now()) =>
  isOpen(lead) && lead.responseDueTime !== undefined && timestampMs(lead.responseDueTime) <= now;

/** How long an open lead has waited since it came in; a dash for one that is closed. */
export function Waited({ lead }: { lead: Lead }) {
  const now = useNow();
  if (!isOpen(lead) || !lead.createTime) return <>—</>;
  return <span className="num">{span(Math.round(Math.max(0, now - timestampMs(lead.createTime)) / 1000))}</span>;
}

/** By when the first contact is due, or how long it took. */
export function ResponseClock({ lead }: { lead: Lead }) {
  const { t } = useTranslation("marketing");
  const now = useNow();
  if (!lead.responseDueTime) {
    if (!lead.contactTime || !lead.createTime) return <>—</>;
    const took = span(Math.round((timestampMs(lead.contactTime) - timestampMs(lead.createTime)) / 1000));
    return <span className="hint">{t("clock.took", { took })}</span>;
  }
  const left = timestampMs(lead.responseDueTime) - now;
  const length = span(Math.round(Math.abs(left) / 1000));
  if (left <= 0) return <Pill tone="danger">{t("clock.overdue", { length })}</Pill>;
  if (left <= SOON_MS) return <Pill tone="warning">{t("clock.soon", { length })}</Pill>;
  return <Pill tone="info">{t("clock.left", { length })}</Pill>;
}
