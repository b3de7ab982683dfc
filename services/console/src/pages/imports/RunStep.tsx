import { useTransport } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { refresh } from "../../api/calls";
import { cell, download } from "../../blocks/csv";
import { Pill } from "../../blocks/Pill";
import { toneOf, useWords } from "../../blocks/words";
import { ImportOutcome, ImportOutcomeSchema } from "../../gen/baton/type/v1/import_pb";
import { number, span } from "../../i18n/format";
import { usePathName } from "./fieldName";
import { begin, pause, type Refused, type Run, resume } from "./run";
import { Sheet } from "./Sheet";

const OUTCOMES = [
  ImportOutcome.CREATED,
  ImportOutcome.UPDATED,
  ImportOutcome.LINKED,
  ImportOutcome.UNCHANGED,
  ImportOutcome.REFUSED,
] as const;

/** Refused rows that are shown; all of them are in the file. */
const SHOWN = 100;

/** What is to be read again when an import ends. */
export function useEnded() {
  const cache = useQueryClient();
  return () => {
    void refresh(cache);
    void cache.invalidateQueries({ queryKey: ["book"] });
  };
}

/** An import as it goes on: how far it is, what became of the rows, what was refused and why. */
export function RunStep({ run, leave }: { run: Run; leave: (to: "file" | "match") => void }) {
  const { t } = useTranslation("imports");
  const { word } = useWords();
  const transport = useTransport();
  const ended = useEnded();
  const { plan, state, done, counts, refused } = run;
  const all = plan.rows.length;
  const running = state === "running";
  const start = (rows: Run["plan"]["rows"], rehearsal: boolean) =>
    begin(transport, { ...plan, rows, rehearsal }, ended);
  const sent = refused.filter((r) => r.row.problems.length === 0).map((r) => r.row);
  return (
    <div className="stack">
      <section className="panel stack" aria-label={t("run.title")}>
        <div className="bar">
          <h2>{t(plan.rehearsal ? `run.rehearsal.${state}` : `run.real.${state}`)}</h2>
          <span className="hint">
            {t(`kind.${plan.target.key}`)} · {plan.file}
          </span>
        </div>
        <Progress
          percent={all === 0 ? 100 : Math.floor((done / all) * 100)}
          status={state === "broken" ? "exception" : state === "done" ? "success" : "active"}
          aria-label={t("run.title")}
        />
        <div className="bar num" role="status">
          <span>{t("run.at", { done: number(done), all: number(all) })}</span>
          {running && <Left run={run} />}
        </div>
        <div className="bar">
          {OUTCOMES.map((o) => (
            <Pill key={o} tone={toneOf(ImportOutcomeSchema, o)}>
              {word(ImportOutcomeSchema, o)} {number(counts[o] ?? 0)}
            </Pill>
          ))}
        </div>
        {run.why && (
          <Alert
            type="error"
            role="alert"
            title={run.why.text}
            description={
              <>
                {run.why.violations.map((v) => (
                  <div key={v.field + v.reason}>
                    {v.field}: {v.text}
                  </div>
                ))}
                {t("run.safe")}
              </>
            }
          />
        )}
        <div className="bar">
          {running && <Button onClick={pause}>{t("run.pause")}</Button>}
          {(state === "paused" || state === "broken") && (
            <Button type="primary" onClick={() => resume(transport, ended)}>
              {t("run.resume")}
            </Button>
          )}
          {state === "done" && plan.rehearsal && (
            <Button type="primary" onClick={() => start(plan.rows, false)}>
              {t("run.import")}
            </Button>
          )}
          {state === "done" && !plan.rehearsal && sent.length > 0 && (
            <Button onClick={() => start(sent, false)}>{t("run.againRefused", { count: sent.length })}</Button>
          )}
          {refused.length > 0 && !running && <ErrorFile run={run} />}
          {!running && plan.rehearsal && <Button onClick={() => leave("match")}>{t("run.change")}</Button>}
          {!running && (
            <Button type={state === "done" && !plan.rehearsal ? "primary" : "default"} onClick={() => leave("file")}>
              {t("run.another")}
            </Button>
          )}
        </div>
        {running && <p className="hint">{t("run.leave")}</p>}
      </section>
      {refused.length > 0 && <RefusedRows run={run} />}
    </div>
  );
}

/** About how long it will still take. */
function Left({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const sent = run.done - run.plan.rows.filter((r) => r.problems.length > 0).length;
  if (sent <= 0) return null;
  const left = ((run.plan.rows.length - run.done) * run.spent) / sent / 1000;
  return <span className="hint">{t("run.left", { left: span(Math.max(1, Math.round(left))) })}</span>;
}

/** The refused rows as they stand in the file. */
const inOrder = (run: Run) => run.refused.toSorted((a, b) => a.row.line - b.row.line);

function RefusedRows({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const told = useTold(run);
  return (
    <section className="panel stack">
      <h2>{t("run.refused")}</h2>
      <Sheet label={t("run.refused")}>
        <thead>
          <tr>
            <th scope="col">{t("check.line")}</th>
            <th scope="col">{t("run.row")}</th>
            <th scope="col">{t("check.faults")}</th>
          </tr>
        </thead>
        <tbody>
          {inOrder(run)
            .slice(0, SHOWN)
            .map((r) => (
              <tr key={r.row.line}>
                <td className="num">{r.row.line}</td>
                <td>{r.row.cells.filter(Boolean).slice(0, 4).join(" · ")}</td>
                <td>{told(r)}</td>
              </tr>
            ))}
        </tbody>
      </Sheet>
      {run.refused.length > SHOWN && (
        <p className="hint">{t("run.moreRefused", { count: run.refused.length - SHOWN })}</p>
      )}
    </section>
  );
}

/** All that is wrong with a row, as a text. */
function useTold(run: Run) {
  const name = usePathName(run.plan.target);
  return ({ problems }: Refused) => problems.map((p) => (p.field ? `${name(p.field)}: ${p.text}` : p.text)).join("; ");
}

/** The refused rows as a file that can be mended and imported again: their own columns, then what is wrong. */
function ErrorFile({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const told = useTold(run);
  const save = () => {
    const { header, file } = run.plan;
    const lines = [
      [...header, t("run.lineColumn"), t("run.faultsColumn")],
      ...inOrder(run).map((r) => [...header.map((_, i) => r.row.cells[i] ?? ""), String(r.row.line), told(r)]),
    ];
    const name = file.replace(/\.[^.]*$/, "");
    download(`${name}-${t("run.fileMark")}.csv`, lines.map((line) => line.map(cell).join(",")).join("\r\n"));
  };
  return <Button onClick={save}>{t("run.errorFile", { count: run.refused.length })}</Button>;
}
