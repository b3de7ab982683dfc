import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { Pill } from "../../blocks/Pill";
import type { Opportunity } from "../../gen/baton/sales/v1/opportunity_pb";
import { day, percent } from "../../i18n/format";
import { dayIn } from "../../i18n/zone";

interface Props {
  deal: Opportunity;
  /** Days that it stands in its stage; undefined while that is not known. */
  days: number | undefined;
  /** The days after which that is long, if it is. */
  stuckAfter: number | undefined;
}

/** A deal on the board: who, how much, how likely, since when, until when. */
export function DealCard({ deal, days, stuckAfter }: Props) {
  const { t } = useTranslation("sales");
  return (
    <>
      <Link to="/opportunities/$id" params={{ id: deal.id }} className="deal-name">
        {deal.name}
      </Link>
      <div>
        <ObjectName kind="ACCOUNT" id={deal.partyId} />
      </div>
      <div className="deal-line">
        <strong>
          <Money of={deal.amount} />
        </strong>
        <span className="num">{percent(deal.probabilityPercent / 100)}</span>
      </div>
      <div className="deal-line">
        <span>
          <MemberName id={deal.ownerId} />
        </span>
        {days !== undefined && <span className="num">{t("board.days", { count: days })}</span>}
      </div>
      <div className="deal-line">
        <Closing date={deal.expectedCloseDate} />
        {stuckAfter !== undefined && (
          <span title={t("board.stuckWhy", { count: stuckAfter })}>
            <Pill tone="warning">{t("board.stuck")}</Pill>
          </span>
        )}
      </div>
    </>
  );
}

function Closing({ date }: { date: string }) {
  const { t } = useTranslation("sales");
  const zone = useFirm()?.timeZone;
  if (!date) return <span className="hint">{t("board.noClosing")}</span>;
  if (date < dayIn(zone)) return <Pill tone="danger">{t("board.closingPast", { day: day(date) })}</Pill>;
  return <span className="num">{t("board.closing", { day: day(date) })}</span>;
}
