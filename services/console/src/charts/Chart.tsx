import { Skeleton } from "antd";
import { lazy, Suspense } from "react";
import type { EChartProps } from "./EChart";

const EChart = lazy(() => import("./EChart"));

/** A chart; the library comes when the first one is shown. */
export function Chart(props: EChartProps) {
  return (
    <Suspense fallback={<Skeleton.Node active style={{ width: "100%", height: props.height }} />}>
      <EChart {...props} />
    </Suspense>
  );
}
