import { useTransport } from "@connectrpc/connect-query";
import { Button, Steps } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Access, Duty, useMe } from "../../api/me";
import { useFilters } from "../../blocks/Filters";
import { Empty } from "../../blocks/states";
import { CheckStep } from "./CheckStep";
import { FileStep } from "./FileStep";
import { guess, type Match, type Memory, recall, remember } from "./guess";
import { MatchStep, missing } from "./MatchStep";
import type { Options, TargetKey } from "./model";
import { RunStep, useEnded } from "./RunStep";
import { readRows } from "./read";
import { begin, forget, useRun } from "./run";
import { TARGETS } from "./targets";
import { useBook } from "./useBook";
import { useSource } from "./useSource";

type Step = "file" | "match" | "check";
const STEPS = ["file", "match", "check", "run"] as const;

/** Loads a file: what it is, which column becomes what, whether it can be read, and what became of it. */
export function Imports() {
  const { t } = useTranslation("imports");
  const me = useMe();
  const run = useRun();
  const [step, setStep] = useState<Step>("file");
  const wizard = useWizard();
  if (!me.can(Duty.IMPORT, Access.WRITE)) {
    return (
      <div className="page">
        <h1>{t("pageTitle")}</h1>
        <Empty title={t("notAllowed")} />
      </div>
    );
  }
  return (
    <div className="page">
      <h1>{t("pageTitle")}</h1>
      <Steps
        size="small"
        responsive={false}
        current={STEPS.indexOf(run ? "run" : step)}
        items={STEPS.map((key) => ({ title: t(`step.${key}`) }))}
      />
      {run ? (
        <RunStep
          run={run}
          leave={(to) => {
            setStep(to);
            forget();
          }}
        />
      ) : (
        <Prepare wizard={wizard} step={step} onStep={setStep} />
      )}
    </div>
  );
}

/** All that is said of an import before it begins. */
function useWizard() {
  const me = useMe();
  const [filters, set] = useFilters();
  const target = TARGETS.find((x) => x.key === filters.kind);
  const [match, setMatch] = useState<Match>();
  const [words, setWords] = useState<Memory["words"]>();
  const [options, setOptions] = useState<Options>();
  const source = useSource(() => {
    setMatch(undefined);
    setOptions(undefined);
  });
  const memory = useMemo(() => (target ? recall(target.key) : { columns: {}, words: {} }), [target]);
  const guessed = useMemo(
    () => (target ? guess(target, source.header, memory.columns) : {}),
    [target, source.header, memory],
  );
  const usual: Options = {
    system: source.name.replace(/\.[^.]*$/, "").slice(0, 60),
    policy: 0,
    campaignId: "",
    ownerId: me.id,
  };
  return {
    target,
    source,
    match: match ?? guessed,
    setMatch,
    words: words ?? memory.words,
    setWords,
    options: options ?? usual,
    setOptions,
    choose: (kind: TargetKey) => {
      setMatch(undefined);
      setWords(undefined);
      set({ kind });
    },
  };
}

type Wizard = ReturnType<typeof useWizard>;

function Prepare({ wizard, step, onStep }: { wizard: Wizard; step: Step; onStep: (step: Step) => void }) {
  const { t } = useTranslation("imports");
  const { t: common } = useTranslation();
  const book = useBook();
  const { target, source, match, words, options } = wizard;
  const at = target && source.records.length > 0 ? step : "file";
  const matched = target !== undefined && missing(target, match).length === 0 && options.system.trim() !== "";
  if (target && at === "check")
    return <Check wizard={wizard} target={target} book={book} back={() => onStep("match")} />;
  return (
    <>
      {target && at === "match" ? (
        <MatchStep
          target={target}
          source={source}
          match={match}
          onMatch={wizard.setMatch}
          words={words}
          onWords={wizard.setWords}
          options={options}
          onOptions={wizard.setOptions}
          book={book}
        />
      ) : (
        <FileStep target={target?.key} onTarget={wizard.choose} source={source} />
      )}
      <div className="bar">
        {at === "match" && <Button onClick={() => onStep("file")}>{common("act.back")}</Button>}
        <Button
          type="primary"
          disabled={at === "match" ? !matched : !target || source.records.length === 0}
          onClick={() => {
            if (target && at === "match") remember(target.key, source.header, match, words);
            onStep(at === "match" ? "check" : "match");
          }}
        >
          {common("act.next")}
        </Button>
        {target && source.lines > 0 && source.records.length === 0 && <span className="hint">{t("file.noRows")}</span>}
      </div>
    </>
  );
}

function Check(props: {
  wizard: Wizard;
  target: (typeof TARGETS)[number];
  book: ReturnType<typeof useBook>;
  back: () => void;
}) {
  const { t } = useTranslation("imports");
  const { t: common } = useTranslation();
  const transport = useTransport();
  const ended = useEnded();
  const { target, book } = props;
  const { source, match, words, options } = props.wizard;
  const rows = useMemo(
    () => readRows(target, source.records, match, book, words),
    [target, source.records, match, book, words],
  );
  const able = rows.some((r) => r.problems.length === 0);
  const start = (rehearsal: boolean) =>
    begin(
      transport,
      {
        target,
        file: source.name,
        header: source.header,
        rows,
        options: { ...options, system: options.system.trim() },
        rehearsal,
      },
      ended,
    );
  return (
    <>
      <CheckStep target={target} rows={rows} match={match} book={book} />
      <div className="bar">
        <Button onClick={props.back}>{common("act.back")}</Button>
        <Button type="primary" disabled={!able} onClick={() => start(true)}>
          {t("check.rehearse")}
        </Button>
        <Button disabled={!able} onClick={() => start(false)}>
          {t("check.import")}
        </Button>
        <span className="hint">{t("check.rehearseHint")}</span>
      </div>
    </>
  );
}
