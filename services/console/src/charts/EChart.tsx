import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([BarChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, SVGRenderer]);

const MOTION_MS = 300;

/** What was pressed in a chart. */
export interface PickedBar {
  seriesId: string;
  index: number;
}

export interface EChartProps {
  option: EChartsCoreOption;
  height: number;
  /** What the chart shows, for who cannot see it; the figures stand in the table under it. */
  label: string;
  onPick?: (bar: PickedBar) => void;
}

/** A chart. Its page loads this with the library, in a chunk of its own: use `Chart`. */
export default function EChart({ option, height, label, onPick }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, undefined, { renderer: "svg" });
    chart.current = made;
    made.on("click", (e) => {
      if (e.seriesId) pick.current?.({ seriesId: e.seriesId, index: e.dataIndex });
    });
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // A concrete font stack: text is measured with it, and "inherit" cuts labels.
    const textStyle = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    chart.current?.setOption({ animation: !still, animationDuration: MOTION_MS, textStyle, ...option }, true);
  }, [option]);
  return <div ref={box} role="img" aria-label={label} style={{ height }} />;
}
