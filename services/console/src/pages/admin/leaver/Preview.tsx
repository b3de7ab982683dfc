import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { MemberName } from "../../../blocks/People";
import { Pill } from "../../../blocks/Pill";
import { Empty, Failure, Waiting } from "../../../blocks/states";
import { Table, type TableColumn } from "../../../blocks/Table";
import { useWords } from "../../../blocks/words";
import type {
  LeaverConflict,
  LeaverHandover,
  LeaverReportLine,
} from "../../../gen/baton/directory/v1/leaver_handover_pb";
import { LeaverHandoverService } from "../../../gen/baton/directory/v1/leaver_handover_service_pb";
import { number } from "../../../i18n/format";
import { TerritoryLine } from "./TerritoryLine";

/** Pixels of a figure: all of them are seen on a phone. */
export const FIGURE_WIDTH = 54;

/** The columns that a preview and a report begin with: the kind, and to whom. */
export function useLineColumns(): TableColumn<LeaverReportLine>[] {
  const { t } = useTranslation("admin");
  const { kind } = useWords();
  return [
    { key: "kind", title: t("leaver.kind"), width: 72, render: (l) => kind(l.kind) },
    { key: "successor", title: t("leaver.successor"), width: 80, render: (l) => <MemberName id={l.successorId} /> },
  ];
}

/** A line of a preview or a report by what it is about. */
export const lineKey = (line: LeaverReportLine) => `${line.kind} ${line.successorId}`;

/** What would go to whom, and what speaks against it. */
export function Preview({ handover }: { handover: LeaverHandover }) {
  const { t } = useTranslation("admin");
  const first = useLineColumns();
  // Counted anew whenever the plan is another, and whenever it is looked at.
  const asked = useRead(LeaverHandoverService.method.previewLeaverHandover, { id: handover.id }, { staleTime: 0 });
  if (asked.error) return <Failure error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Waiting />;
  const { lines, conflicts, territoryIds, awayServices } = asked.data;
  return (
    <div className="stack">
      <Conflicts conflicts={conflicts} away={awayServices} />
      {lines.length === 0 ? (
        <Empty title={t("leaver.preview.none")} hint={t("leaver.preview.noneHint")} />
      ) : (
        <Table
          rows={lines}
          rowKey={lineKey}
          columns={[
            ...first,
            {
              key: "open",
              title: t("leaver.preview.open"),
              width: FIGURE_WIDTH,
              align: "right",
              render: (l) => <span className="num">{number(l.plannedOpen)}</span>,
            },
            {
              key: "closed",
              title: t("leaver.preview.closed"),
              width: FIGURE_WIDTH,
              align: "right",
              render: (l) => <span className="num">{number(l.plannedClosed)}</span>,
            },
          ]}
        />
      )}
      <TerritoryLine ids={territoryIds} text={t("leaver.preview.territories")} />
    </div>
  );
}

function Conflicts({ conflicts, away }: { conflicts: LeaverConflict[]; away: string[] }) {
  const { t } = useTranslation("admin");
  const { kind } = useWords();
  if (conflicts.length + away.length === 0) return <p className="hint">{t("leaver.preview.noConflicts")}</p>;
  const sorted = [...conflicts].sort((a, b) => Number(b.blocking) - Number(a.blocking));
  return (
    <section className="panel" aria-label={t("leaver.preview.conflicts")}>
      <h2>{t("leaver.preview.conflicts")}</h2>
      <ul className="plain">
        {sorted.map((c) => (
          <li key={`${c.reason} ${c.kind} ${c.successorId}`} className="bar">
            <Pill tone={c.blocking ? "danger" : "warning"}>
              {t(c.blocking ? "leaver.preview.blocking" : "leaver.preview.warning")}
            </Pill>
            <span>{c.message}</span>
            <span className="hint">
              {c.kind && kind(c.kind)} {c.successorId && <MemberName id={c.successorId} />}{" "}
              {c.records > 0n && t("leaver.preview.records", { count: Number(c.records) })}
            </span>
          </li>
        ))}
        {away.length > 0 && <li className="hint">{t("leaver.preview.away", { services: away.join(t("comma")) })}</li>}
      </ul>
    </section>
  );
}
