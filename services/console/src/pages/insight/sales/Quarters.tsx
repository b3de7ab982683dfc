import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "../../../charts/Chart";
import { columns } from "../../../charts/columns";
import { useInk } from "../../../charts/ink";
import type { QuarterFigures } from "../../../gen/baton/sales/v1/funnel_pb";
import { OpportunityState } from "../../../gen/baton/sales/v1/opportunity_pb";
import { day, money } from "../../../i18n/format";
import { Amounts, Count, FigureTable } from "../figures";
import type { OpenFigure } from "./figure";

const HEIGHT = 200;

/** A quarter by its first day: "2026 Q1". */
const nameOf = (q: QuarterFigures) => `${q.firstDate.slice(0, 4)} Q${Math.ceil(Number(q.firstDate.slice(5, 7)) / 3)}`;

/** The deals that were won, by the quarter in which they were closed. */
export function Quarters({ quarters, onOpen }: { quarters: QuarterFigures[]; onOpen: OpenFigure }) {
  const { t } = useTranslation("insight");
  const ink = useInk();
  const label = t("stages.quarters");
  const option = useMemo(() => {
    const bars = quarters.map((q) => ({ name: nameOf(q), value: Number(q.won) }));
    return columns(bars, { id: "won", name: label }, ink);
  }, [quarters, ink, label]);
  if (quarters.length === 0) return null;
  const open = (q: QuarterFigures) =>
    onOpen({ of: "deals", state: OpportunityState.WON, closedFrom: q.firstDate, closedTo: q.lastDate });
  return (
    <>
      <section className="panel">
        <h2>{label}</h2>
        <Chart
          option={option}
          height={HEIGHT}
          label={label}
          onPick={({ index }) => {
            const quarter = quarters[index];
            if (quarter) open(quarter);
          }}
        />
      </section>
      <FigureTable
        name="won-by-quarter"
        label={t("stages.quartersTable")}
        rows={quarters.toReversed()}
        rowKey={(q) => q.firstDate}
        columns={[
          { key: "quarter", title: t("stages.quarter"), width: 110, render: nameOf, text: nameOf },
          {
            key: "days",
            title: t("stages.quarterDays"),
            width: 200,
            render: (q) => `${day(q.firstDate)} – ${day(q.lastDate)}`,
            text: (q) => `${q.firstDate} – ${q.lastDate}`,
          },
          {
            key: "won",
            title: t("stages.won"),
            align: "right",
            width: 90,
            render: (q) => <Count of={q.won} title={`${nameOf(q)} ${t("stages.won")}`} onOpen={() => open(q)} />,
            text: (q) => q.won.toString(),
          },
          {
            key: "amount",
            title: t("chain.amount"),
            align: "right",
            width: 160,
            render: (q) => <Amounts of={q.amounts} />,
            text: (q) => q.amounts.map((a) => money(a)).join(" "),
          },
        ]}
      />
    </>
  );
}
