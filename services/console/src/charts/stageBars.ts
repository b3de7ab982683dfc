import type { EChartsCoreOption } from "echarts/core";
import { number, percent } from "../i18n/format";
import type { Ink } from "./ink";

/** A stage of a funnel as its bars show it. */
export interface StageBar {
  name: string;
  entered: number;
  /** How long things stayed, in days; undefined where nobody knows. */
  days?: number;
  /** Shares from 0 to 1; undefined where there is nothing to share. */
  lost?: number;
  won?: number;
  /** Whether things stay longest here. */
  bottleneck: boolean;
}

/** The words of the three columns. */
export interface StageWords {
  entered: string;
  days: string;
  lost: string;
  won: string;
}

const ROW = 44;
const HEAD = 32;
const NAMES = 108;
const SIGN = "▲ ";
// The inks are made for words; as areas they would shout.
const BAR_OPACITY = 0.75;

/** How high the bars of so many stages are. */
export const stageBarsHeight = (stages: number, narrow: boolean) =>
  narrow ? 3 * (HEAD + stages * ROW) : HEAD + stages * ROW;

const days = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/**
 * Three columns of bars on one axis of stages: how many came, how long they stayed, how many were lost and won. No second
 * scale anywhere. On a phone they stand below one another, each with the names of the stages.
 */
export function stageBars(stages: StageBar[], words: StageWords, ink: Ink, narrow: boolean): EChartsCoreOption {
  const height = HEAD + stages.length * ROW;
  const bounds = [
    { left: NAMES, width: "34%" },
    { left: "52%", width: "16%" },
    { left: "74%", width: "20%" },
  ];
  const top = (i: number) => (narrow ? i * height : 0);
  const grid = bounds.map((b, i) => ({
    ...(narrow ? { left: NAMES, right: 56 } : b),
    top: top(i) + HEAD,
    height: height - HEAD - 4,
  }));
  const title = [words.entered, words.days, `${words.lost} / ${words.won}`].map((text, i) => ({
    text,
    left: narrow ? 0 : (bounds[i]?.left ?? 0),
    top: top(i),
    padding: [6, 0],
    textStyle: { fontSize: 12, fontWeight: 600, fontFamily: ink.fonts, color: ink.text },
  }));
  const names = stages.map((s) => (s.bottleneck ? SIGN : "") + s.name);
  const axes = { type: "value", show: false, min: 0 };
  return {
    title,
    grid,
    tooltip: { trigger: "item", backgroundColor: ink.paper, borderColor: ink.line, textStyle: { color: ink.text } },
    xAxis: [0, 1, 2].map((gridIndex) => ({ ...axes, gridIndex, ...(gridIndex === 2 ? { max: 1 } : {}) })),
    yAxis: [0, 1, 2].map((gridIndex) => ({
      type: "category",
      gridIndex,
      inverse: true,
      data: names,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: {
        show: narrow || gridIndex === 0,
        color: ink.text,
        fontSize: 12,
        width: NAMES - 12,
        overflow: "truncate",
      },
    })),
    series: series(stages, words, ink),
  };
}

function series(stages: StageBar[], words: StageWords, ink: Ink) {
  const label = { show: true, position: "right", color: ink.text, fontSize: 12 };
  const bar = (id: string, name: string, at: number, color: string, values: (number | undefined)[]) => ({
    id,
    name,
    type: "bar",
    xAxisIndex: at,
    yAxisIndex: at,
    barMaxWidth: 22,
    color,
    itemStyle: { borderRadius: [0, 3, 3, 0], opacity: BAR_OPACITY },
    data: values.map((value, i) => ({
      value: value ?? "-",
      ...(at < 2 && stages[i]?.bottleneck ? { itemStyle: { color: ink.warning, opacity: BAR_OPACITY } } : {}),
    })),
  });
  const share = (id: string, name: string, color: string, values: (number | undefined)[]) => ({
    ...bar(id, name, 2, color, values),
    barMaxWidth: 13,
    barGap: "20%",
    label: { ...label, formatter: (p: { value: number }) => percent(p.value) },
    tooltip: { valueFormatter: (v: unknown) => (typeof v === "number" ? percent(v, 1) : "—") },
  });
  return [
    {
      ...bar(
        "entered",
        words.entered,
        0,
        ink.accent,
        stages.map((s) => s.entered),
      ),
      label: { ...label, formatter: (p: { value: number }) => number(p.value) },
    },
    {
      ...bar(
        "days",
        words.days,
        1,
        ink.accent,
        stages.map((s) => s.days),
      ),
      label: { ...label, formatter: (p: { value: number }) => days.format(p.value) },
    },
    share(
      "lost",
      words.lost,
      ink.danger,
      stages.map((s) => s.lost),
    ),
    share(
      "won",
      words.won,
      ink.success,
      stages.map((s) => s.won),
    ),
  ];
}
