import { useTranslation } from "react-i18next";
import type { Opportunity } from "../../gen/baton/sales/v1/opportunity_pb";
import { money } from "../../i18n/format";
import { worth } from "./figures";

/** What deals are worth together and by their chances, a line for each currency. */
export function WorthLines({ deals }: { deals: Opportunity[] }) {
  const { t } = useTranslation("sales");
  return worth(deals).map(({ sum, weighted }) => (
    <div
      key={sum.currencyCode}
      className="num"
      title={`${money(sum)} · ${t("board.weighted", { amount: money(weighted) })}`}
    >
      {money(sum, true)} · {t("board.weighted", { amount: money(weighted, true) })}
    </div>
  ));
}
