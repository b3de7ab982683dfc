import { Grid } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { Access, Duty, useMe } from "../api/me";
import { TraceService } from "../gen/baton/insight/v1/trace_service_pb";
import { Empty, Failure, Waiting } from "./states";
import { keyOf, layOut } from "./trace/layout";
import { TraceList } from "./trace/TraceList";
import { TraceMap } from "./trace/TraceMap";
import "./trace/trace.css";
import { When } from "./When";

/** The most objects that a picture shows; so it is with the service. */
const NODES_MAX = 500;

/** The chain of a record as a picture: what it came from and what came of it. A list on a phone, and for who reads by ear. */
export function TracePicture({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation("insight");
  const me = useMe();
  const wide = Grid.useBreakpoint().md ?? true;
  const may = me.can(Duty.ANALYSIS, Access.READ);
  const { data, error, isPending, refetch } = useRead(
    TraceService.method.getTrace,
    { kind, id },
    { enabled: may && id !== "" },
  );
  const layout = useMemo(() => layOut(data?.nodes ?? []), [data]);
  const current = keyOf({ kind: kind.toUpperCase(), id });
  if (me.id && !may) return <Empty title={t("trace.noRight")} hint={t("trace.noRightHint")} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (isPending) return <Waiting rows={5} />;
  return (
    <div className="stack">
      {data.capped && (
        <p role="status">
          <strong>{t("trace.capped", { count: NODES_MAX })}</strong>
        </p>
      )}
      {wide ? (
        <>
          <TraceMap layout={layout} current={current} />
          <details>
            <summary>{t("trace.asList")}</summary>
            <TraceList layout={layout} current={current} />
          </details>
        </>
      ) : (
        <TraceList layout={layout} current={current} />
      )}
      <p className="hint">
        {t("trace.asOf")} <When at={data.asOfTime} exact />
        {wide && layout.placed.some((p) => p.parents.length > 1) && ` · ${t("trace.dashed")}`}
      </p>
    </div>
  );
}
