import { useTranslation } from "react-i18next";
import { Pill } from "../../../blocks/Pill";
import type { StageFigures, StageFunnel } from "../../../gen/baton/sales/v1/funnel_pb";
import { VisitOutcome } from "../../../gen/baton/sales/v1/opportunity_pb";
import { money, span } from "../../../i18n/format";
import { Amounts, Count, Figure, type FigureColumn, FigureTable, rate } from "../figures";
import type { OpenFigure } from "./figure";
import { ENDED } from "./StageChart";

interface Props {
  funnel: StageFunnel;
  /** The funnel of the stretch before. */
  was?: StageFunnel;
  onOpen: OpenFigure;
}

/** The stages of a sales process with all their figures; each opens its records. */
export function StageTable({ funnel, was, onOpen }: Props) {
  const { t } = useTranslation("insight");
  const before = (s: StageFigures) => was?.stages.find((b) => b.stageId === s.stageId);
  const opens = (s: StageFigures, outcomes: VisitOutcome[]) => ({
    onOpen: () => onOpen({ of: "visits", stageId: s.stageId, outcomes }),
  });
  const count = (
    key: "entered" | "movedOn" | "movedBack" | "won" | "lost" | "open",
    outcomes: VisitOutcome[],
  ): FigureColumn<StageFigures> => ({
    key,
    title: t(`stages.${key}`),
    align: "right",
    width: 90,
    render: (s) => (
      <Count of={s[key]} was={before(s)?.[key]} title={`${s.name} ${t(`stages.${key}`)}`} {...opens(s, outcomes)} />
    ),
    text: (s) => s[key].toString(),
  });
  const ratio = (
    key: "lossRateBp" | "winRateBp",
    label: "loss" | "win",
    outcome: VisitOutcome,
  ): FigureColumn<StageFigures> => ({
    key,
    title: t(`stages.${label}`),
    align: "right",
    width: 90,
    render: (s) => (
      <Figure
        title={`${s.name} ${t(`stages.${label}`)}`}
        was={was && rate(before(s)?.[key])}
        {...(s[key] ? opens(s, [outcome]) : {})}
      >
        {rate(s[key])}
      </Figure>
    ),
    text: (s) => (s[key] === undefined ? "" : (s[key] / 10_000).toString()),
  });
  const length = (
    key: "meanDwellS" | "medianDwellD" | "p90DwellD",
    read: (value: bigint | undefined) => string,
  ): FigureColumn<StageFigures> => ({
    key,
    title: t(`stages.${key}`),
    align: "right",
    width: 100,
    render: (s) => (
      <Figure
        title={`${s.name} ${t(`stages.${key}`)}`}
        was={was && read(before(s)?.[key])}
        {...(s.stayed > 0n ? opens(s, ENDED) : {})}
      >
        {read(s[key])}
      </Figure>
    ),
    text: (s) => s[key]?.toString() ?? "",
  });
  const days = (value: bigint | undefined) => (value === undefined ? "—" : t("figure.days", { count: Number(value) }));
  const seconds = (value: bigint | undefined) => (value === undefined ? "—" : span(value));
  const columns: FigureColumn<StageFigures>[] = [
    {
      key: "stage",
      title: t("stages.stage"),
      width: 160,
      render: (s) => (
        <>
          {s.position}. {s.name} {s.retired && <span className="hint">{t("stages.retired")}</span>}{" "}
          {s.stageId === funnel.bottleneckStageId && <Pill tone="warning">{t("chain.slowest")}</Pill>}{" "}
          {s.stageId === funnel.leakStageId && <Pill tone="danger">{t("chain.leaks")}</Pill>}
        </>
      ),
      text: (s) => s.name,
    },
    count("entered", []),
    count("movedOn", [VisitOutcome.MOVED_ON, VisitOutcome.MOVED_BACK]),
    count("movedBack", [VisitOutcome.MOVED_BACK]),
    count("won", [VisitOutcome.WON]),
    count("lost", [VisitOutcome.LOST]),
    count("open", [VisitOutcome.OPEN]),
    ratio("lossRateBp", "loss", VisitOutcome.LOST),
    ratio("winRateBp", "win", VisitOutcome.WON),
    length("medianDwellD", days),
    length("p90DwellD", days),
    length("meanDwellS", seconds),
    {
      key: "openAmount",
      title: t("stages.openAmount"),
      align: "right",
      width: 150,
      render: (s) => <Amounts of={s.amounts.map((a) => a.open)} />,
      text: (s) => s.amounts.map((a) => money(a.open)).join(" "),
    },
    {
      key: "lostAmount",
      title: t("stages.lostAmount"),
      align: "right",
      width: 150,
      render: (s) => <Amounts of={s.amounts.map((a) => a.lost)} />,
      text: (s) => s.amounts.map((a) => money(a.lost)).join(" "),
    },
  ];
  return (
    <FigureTable
      name="sales-funnel"
      label={t("stages.table")}
      rows={funnel.stages}
      rowKey={(s) => s.stageId}
      columns={columns}
    />
  );
}
