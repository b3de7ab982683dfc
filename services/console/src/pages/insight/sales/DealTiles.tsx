import { useTranslation } from "react-i18next";
import type { DealFigures } from "../../../gen/baton/sales/v1/funnel_pb";
import { OpportunityState } from "../../../gen/baton/sales/v1/opportunity_pb";
import { money, number, span } from "../../../i18n/format";
import { Count, Figure, rate, Tile } from "../figures";
import type { OpenFigure } from "./figure";

interface Props {
  deals: DealFigures;
  /** The deals of the stretch before. */
  was?: DealFigures;
  onOpen: OpenFigure;
}

/** The deals of a funnel in six figures; each opens its deals. */
export function DealTiles({ deals, was, onOpen }: Props) {
  const { t } = useTranslation("insight");
  const opens = (state: OpportunityState, timed = false) => ({ onOpen: () => onOpen({ of: "deals", state, timed }) });
  const worth = (key: "count" | "won" | "lost" | "open") =>
    deals.amounts
      .map((a) => money(a[key], true))
      .filter(Boolean)
      .join(" · ");
  const tile = (key: "count" | "won" | "lost" | "open", state: OpportunityState) => (
    <Tile label={t(`stages.tile.${key}`)} hint={worth(key)}>
      <Count of={deals[key]} was={was?.[key]} title={t(`stages.tile.${key}`)} {...opens(state)} />
    </Tile>
  );
  const length = (s: bigint | undefined) => (s === undefined ? "—" : span(s));
  return (
    <div className="tiles small">
      {tile("count", OpportunityState.UNSPECIFIED)}
      {tile("open", OpportunityState.OPEN)}
      {tile("won", OpportunityState.WON)}
      {tile("lost", OpportunityState.LOST)}
      <Tile label={t("stages.tile.rate")} hint={t("stages.tile.rateHint")}>
        <Figure
          title={t("stages.tile.rate")}
          was={was && rate(was.winRateBp)}
          {...(deals.winRateBp ? opens(OpportunityState.WON) : {})}
        >
          {rate(deals.winRateBp)}
        </Figure>
      </Tile>
      <Tile
        label={t("stages.tile.cycle")}
        hint={t("stages.tile.cycleHint", { count: Number(deals.wonTimed), shown: number(deals.wonTimed) })}
      >
        <Figure
          title={t("stages.tile.cycle")}
          was={was && length(was.meanWonCycleS)}
          {...(deals.wonTimed > 0n ? opens(OpportunityState.WON, true) : {})}
        >
          {length(deals.meanWonCycleS)}
        </Figure>
      </Tile>
    </div>
  );
}
