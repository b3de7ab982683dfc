import { useTranslation } from "react-i18next";
import { Pill } from "../../../blocks/Pill";
import { Table, type TableColumn } from "../../../blocks/Table";
import {
  type LeaverHandover,
  LeaverHandoverState,
  type LeaverReportLine,
} from "../../../gen/baton/directory/v1/leaver_handover_pb";
import { number } from "../../../i18n/format";
import { FIGURE_WIDTH, lineKey, useLineColumns } from "./Preview";
import { TerritoryLine } from "./TerritoryLine";

const { DONE, ROLLING_BACK, ROLLED_BACK } = LeaverHandoverState;

const planned = (line: LeaverReportLine) => line.plannedOpen + line.plannedClosed;
const sum = (lines: LeaverReportLine[], of: (line: LeaverReportLine) => bigint) =>
  lines.reduce((all, line) => all + of(line), 0n);

/** What was planned and what was done: whether all of it went where it should, and came back where it could. */
export function Report({ handover }: { handover: LeaverHandover }) {
  const { t } = useTranslation("admin");
  const first = useLineColumns();
  const { report, state, territoryIds } = handover;
  const back = state === ROLLING_BACK || state === ROLLED_BACK;
  const figure = (key: string, title: string, of: (l: LeaverReportLine) => bigint): TableColumn<LeaverReportLine> => ({
    key,
    title,
    width: FIGURE_WIDTH,
    align: "right",
    render: (l) => <span className="num">{number(of(l))}</span>,
  });
  const whole = sum(report, (l) => l.moved) >= sum(report, planned);
  const said = { moved: number(sum(report, (l) => l.moved)), planned: number(sum(report, planned)) };
  return (
    <div className="stack">
      {state === DONE && (
        <p>
          <Pill tone={whole ? "success" : "warning"}>{t(whole ? "leaver.report.whole" : "leaver.report.part")}</Pill>{" "}
          {t("leaver.report.sum", said)}
        </p>
      )}
      <Table
        rows={report}
        rowKey={lineKey}
        columns={[
          ...first,
          figure("planned", t("leaver.report.planned"), planned),
          figure("moved", t("leaver.report.moved"), (l) => l.moved),
          ...(back
            ? [
                figure("restored", t("leaver.report.restored"), (l) => l.restored),
                figure("kept", t("leaver.report.kept"), (l) => l.kept),
              ]
            : []),
        ]}
      />
      {back && <p className="hint">{t("leaver.report.keptHint")}</p>}
      <TerritoryLine ids={territoryIds} text={t("leaver.report.territories")} />
    </div>
  );
}
