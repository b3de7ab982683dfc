import type { EChartsCoreOption } from "echarts/core";
import { number } from "../i18n/format";
import type { Ink } from "./ink";

/** One bar for each period, first to last. */
export function columns(
  bars: { name: string; value: number }[],
  words: { id: string; name: string },
  ink: Ink,
): EChartsCoreOption {
  return {
    grid: { left: 8, right: 8, top: 24, bottom: 28 },
    tooltip: { trigger: "item", backgroundColor: ink.paper, borderColor: ink.line, textStyle: { color: ink.text } },
    xAxis: {
      type: "category",
      data: bars.map((b) => b.name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.text, fontSize: 12, hideOverlap: true },
    },
    yAxis: { type: "value", show: false, min: 0 },
    series: [
      {
        id: words.id,
        name: words.name,
        type: "bar",
        barMaxWidth: 36,
        color: ink.accent,
        itemStyle: { borderRadius: [3, 3, 0, 0], opacity: 0.75 },
        label: {
          show: true,
          position: "top",
          color: ink.text,
          fontSize: 12,
          formatter: (p: { value: number }) => number(p.value),
        },
        data: bars.map((b) => b.value),
      },
    ],
  };
}
