import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { type Filter, FilterBar, useFilters } from "../../blocks/Filters";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { HowCounted, RecordsDrawer } from "./figures";
import "./insight.css";
import { ComparedWith, PeriodPick, usePeriod } from "./Period";
import type { Period } from "./periods";

/** What every funnel is asked for: of which days, whose and where. */
export interface Asked {
  fromDate: string;
  toDate: string;
  ownerId?: string;
  territoryId?: string;
}

/** The funnel of the period and the filters in the address, and that of the stretch before; `ask` says what is asked besides. */
export function useFunnel<I extends DescMessage, O extends DescMessage, R extends MessageInitShape<I>>(
  method: DescMethodUnary<I, O>,
  ask: (asked: Asked) => R,
) {
  const [{ owner: ownerId, territory: territoryId }] = useFilters();
  const { period, compared } = usePeriod();
  const of = (days: Period) => ask({ fromDate: days.from, toDate: days.to, ownerId, territoryId });
  const asked = of(period);
  const now = useRead(method, asked);
  const before = useRead(method, of(compared ?? period), { enabled: compared !== undefined });
  return {
    asked,
    answer: now.data,
    /** The answer for the stretch before, where there is one to compare with. */
    earlier: compared && before.data,
    compared,
    error: now.error,
    retry: () => void now.refetch(),
  };
}

/** The figure whose records are shown, as the address says. */
export function useFigure<F>(read: (text: string | undefined) => F | undefined, write: (figure: F) => string) {
  const [filters, set] = useFilters();
  return { figure: read(filters.figure), open: (figure: F) => set({ figure: write(figure) }) };
}

interface Props {
  /** Name under which its filters are kept. */
  name: string;
  title: ReactNode;
  intro: string;
  /** Filters besides the days, the owner and the territory. */
  filters?: Filter[];
  funnel: { answer?: { asOfTime?: Timestamp }; compared?: Period; error: unknown; retry: () => void };
  /** Said where the funnel counts nothing. */
  none: { title: string; hint: string } | undefined;
  /** How it is counted. */
  how: string[];
  /** The records behind the figure that is open. */
  records: { title: string; shown: ReactNode };
  children: ReactNode;
}

/** A funnel of any kind: of which days it is, its figures, how they are counted, and the records behind each of them. */
export function FunnelPage({ name, title, intro, filters = [], funnel, none, how, records, children }: Props) {
  const { t } = useTranslation(["insight", "common"]);
  const [, set] = useFilters();
  const { answer, compared, error, retry } = funnel;
  return (
    <div className="page">
      <h1>{title}</h1>
      <p className="hint">
        {intro} {answer && t("figure.asOf")} {answer && <When at={answer.asOfTime} exact />}
        {compared && " · "}
        <ComparedWith period={compared} />
      </p>
      <div className="bar">
        <PeriodPick />
        <FilterBar
          page={name}
          filters={[
            ...filters,
            { key: "from", label: t("period.from"), kind: "day" },
            { key: "to", label: t("period.to"), kind: "day" },
            { key: "owner", label: t("common:list.owner"), kind: "member" },
            { key: "territory", label: t("common:list.territory"), kind: "territory" },
          ]}
        />
      </div>
      {error ? <Failure error={error} retry={retry} /> : !answer && <Waiting rows={10} />}
      {answer && none && <Empty {...none} />}
      {answer && !none && (
        <>
          {children}
          <HowCounted sentences={how} />
        </>
      )}
      <RecordsDrawer open={Boolean(records.shown)} onClose={() => set({ figure: undefined })} title={records.title}>
        {records.shown}
      </RecordsDrawer>
    </div>
  );
}
