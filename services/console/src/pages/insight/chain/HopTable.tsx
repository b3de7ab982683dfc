import { useTranslation } from "react-i18next";
import { Pill } from "../../../blocks/Pill";
import { useWords } from "../../../blocks/words";
import { type ChainFunnel, type HopFigures, HopOutcome } from "../../../gen/baton/insight/v1/funnel_pb";
import { money, span } from "../../../i18n/format";
import { Amounts, Count, Figure, type FigureColumn, FigureTable, rate } from "../figures";
import type { OpenFigure } from "./figure";

interface Props {
  funnel: ChainFunnel;
  /** The funnel of the stretch before. */
  was?: ChainFunnel;
  onOpen: OpenFigure;
}

/** The hops of the chain with all their figures; each opens its records. */
export function HopTable({ funnel, was, onOpen }: Props) {
  const { t } = useTranslation("insight");
  const words = useWords();
  const before = (hop: HopFigures) => was?.hops.find((h) => h.kind === hop.kind);
  const opens = (hop: HopFigures, outcome: HopOutcome, sources: string[] = []) => ({
    onOpen: () => onOpen({ kind: hop.kind, outcome, sources }),
  });
  const count = (
    key: "entered" | "movedOn" | "done" | "lost" | "open",
    outcome: HopOutcome,
  ): FigureColumn<HopFigures> => ({
    key,
    title: t(`chain.${key}`),
    align: "right",
    width: 96,
    render: (h) => (
      <Count
        of={h[key]}
        was={before(h)?.[key]}
        title={`${words.kind(h.kind)} ${t(`chain.${key}`)}`}
        {...opens(h, outcome)}
      />
    ),
    text: (h) => h[key].toString(),
  });
  const ratio = (
    key: "conversionRateBp" | "lossRateBp",
    label: "rate" | "loss",
    outcome: HopOutcome,
  ): FigureColumn<HopFigures> => ({
    key,
    title: t(`chain.${label}`),
    align: "right",
    width: 96,
    render: (h) => (
      <Figure
        title={`${words.kind(h.kind)} ${t(`chain.${label}`)}`}
        was={was && rate(before(h)?.[key])}
        {...(h[key] ? opens(h, outcome) : {})}
      >
        {rate(h[key])}
      </Figure>
    ),
    text: (h) => (h[key] === undefined ? "" : (h[key] / 10_000).toString()),
  });
  const length = (key: "meanMoveS" | "meanDoneS", outcome: HopOutcome): FigureColumn<HopFigures> => ({
    key,
    title: t(`chain.${key}`),
    align: "right",
    width: 110,
    render: (h) => (
      <Figure
        title={`${words.kind(h.kind)} ${t(`chain.${key}`)}`}
        was={was && duration(before(h)?.[key])}
        {...(h[key] === undefined ? {} : opens(h, outcome))}
      >
        {duration(h[key])}
      </Figure>
    ),
    text: (h) => h[key]?.toString() ?? "",
  });
  const columns: FigureColumn<HopFigures>[] = [
    {
      key: "hop",
      title: t("chain.hop"),
      width: 150,
      render: (h) => (
        <>
          {words.kind(h.kind)} {h.kind === funnel.bottleneckKind && <Pill tone="warning">{t("chain.slowest")}</Pill>}{" "}
          {h.kind === funnel.leakKind && <Pill tone="danger">{t("chain.leaks")}</Pill>}
        </>
      ),
      text: (h) => words.kind(h.kind),
    },
    count("entered", HopOutcome.UNSPECIFIED),
    {
      key: "fromChain",
      title: t("chain.fromChain"),
      align: "right",
      width: 110,
      render: (h) => (
        <Count
          of={h.fromChain}
          title={`${words.kind(h.kind)} ${t("chain.fromChain")}`}
          {...opens(h, HopOutcome.UNSPECIFIED, earlier(funnel, h))}
        />
      ),
      text: (h) => h.fromChain.toString(),
    },
    count("movedOn", HopOutcome.MOVED_ON),
    count("done", HopOutcome.DONE),
    count("lost", HopOutcome.LOST),
    count("open", HopOutcome.OPEN),
    ratio("conversionRateBp", "rate", HopOutcome.MOVED_ON),
    ratio("lossRateBp", "loss", HopOutcome.LOST),
    length("meanMoveS", HopOutcome.MOVED_ON),
    length("meanDoneS", HopOutcome.DONE),
    {
      key: "amount",
      title: t("chain.amount"),
      align: "right",
      width: 150,
      render: (h) => <Amounts of={h.amounts.map((a) => a.entered)} />,
      text: (h) => h.amounts.map((a) => money(a.entered)).join(" "),
    },
    {
      key: "openAmount",
      title: t("chain.openAmount"),
      align: "right",
      width: 150,
      render: (h) => <Amounts of={h.amounts.map((a) => a.open)} />,
      text: (h) => h.amounts.map((a) => money(a.open)).join(" "),
    },
  ];
  return (
    <FigureTable
      name="chain-funnel"
      label={t("chain.table")}
      rows={funnel.hops}
      rowKey={(h) => h.kind}
      columns={columns}
    />
  );
}

const duration = (s: bigint | undefined) => (s === undefined ? "—" : span(s));

/** The kinds of the hops before one. */
const earlier = (funnel: ChainFunnel, hop: HopFigures) =>
  funnel.hops.slice(0, funnel.hops.indexOf(hop)).map((h) => h.kind);
