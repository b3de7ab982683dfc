import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useAct, useList } from "../../api/calls";
import { asBefore, maskOf } from "../../api/mask";
import { Access, Duty, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { type Column, DataTable } from "../../blocks/DataTable";
import { useDo } from "../../blocks/doing";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { type Field, FormDialog, type Values } from "../../blocks/Form";
import { VerbBar } from "../../blocks/RecordPage";
import { When } from "../../blocks/When";
import { State, useChoices } from "../../blocks/words";
import { type Process, ProcessState, ProcessStateSchema } from "../../gen/baton/sales/v1/process_pb";
import { ProcessService } from "../../gen/baton/sales/v1/process_service_pb";
import { percent } from "../../i18n/format";
import "../../blocks/board.css";
import "./sales.css";
import { newStage, type StageDraft, StageList } from "./StageList";

/** The sales processes of the firm: which stages deals pass, and for which products. */
export function Processes() {
  const { t } = useTranslation("sales");
  const [filters, set] = useFilters();
  const me = useMe();
  const writes = me.can(Duty.ADMINISTRATION, Access.WRITE);
  const states = useChoices(ProcessStateSchema);
  const list = useList(
    ProcessService.method.listProcesses,
    { state: Number(filters.state ?? 0), orderBy: filters.order ?? "" },
    (answer) => answer.processes,
  );
  const { edit, archive, dialog } = useProcessActs();
  const columns = useColumns(writes, edit, archive);
  const create = writes && (
    <Button type="primary" onClick={() => set({ new: "1" })}>
      {t("processes.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("processes.title")}</h1>
        <span className="grow" />
        {create}
      </div>
      <p className="hint">{t("processes.intro")}</p>
      <FilterBar
        page="processes"
        filters={[{ key: "state", label: t("deal.state"), kind: "choice", options: states }]}
      />
      <DataTable
        name="processes"
        list={list}
        file="processes"
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) => p.name}
        orderBy={filters.order || "name"}
        onOrder={(order) => set({ order })}
        card={(p) => (
          <>
            <div className="deal-line">
              <strong>{p.name}</strong>
              <State of={ProcessStateSchema} value={p.state} />
            </div>
            <p className="hint">{p.productLine || t("processes.everyLine")}</p>
            <Stages process={p} />
            {writes && <ProcessVerbs process={p} edit={edit} archive={archive} />}
          </>
        )}
        empty={{ title: t("processes.empty"), hint: t("processes.emptyHint"), action: create }}
      />
      {filters.new === "1" && <CreateProcess />}
      {dialog}
    </div>
  );
}

type OnProcess = (process: Process) => void;

function useColumns(writes: boolean, edit: OnProcess, archive: OnProcess): Column<Process>[] {
  const { t } = useTranslation("sales");
  return [
    {
      key: "name",
      title: t("deal.name"),
      width: 200,
      sort: { up: "name" },
      field: "name",
      render: (p) => p.name,
    },
    {
      key: "line",
      title: t("processes.line"),
      width: 160,
      field: "productLine",
      render: (p) => p.productLine || <span className="hint">{t("processes.everyLine")}</span>,
    },
    {
      key: "stages",
      title: t("deal.stages"),
      width: 420,
      field: "stages",
      render: (p) => <Stages process={p} />,
    },
    {
      key: "state",
      title: t("deal.state"),
      width: 100,
      field: "state",
      render: (p) => <State of={ProcessStateSchema} value={p.state} />,
    },
    { key: "updated", title: t("deal.updated"), width: 110, render: (p) => <When at={p.updateTime} /> },
    ...(writes
      ? [
          {
            key: "verbs",
            title: t("processes.verbs"),
            width: 180,
            render: (p: Process) => <ProcessVerbs process={p} edit={edit} archive={archive} />,
          },
        ]
      : []),
  ];
}

function Stages({ process }: { process: Process }) {
  return (
    <span className="num wrap">
      {process.stages.map((s) => `${s.name} ${percent(s.probabilityPercent / 100)}`).join(" › ")}
    </span>
  );
}

function ProcessVerbs({ process, edit, archive }: { process: Process; edit: OnProcess; archive: OnProcess }) {
  const { t } = useTranslation("sales");
  const why = process.state === ProcessState.ARCHIVED ? t("processes.whyArchived") : undefined;
  return (
    <VerbBar
      wide
      verbs={[
        { key: "edit", label: t("edit.verb"), why, run: () => edit(process) },
        { key: "archive", label: t("processes.archive"), danger: true, why, run: () => archive(process) },
      ]}
    />
  );
}

function useFields(): Field[] {
  const { t } = useTranslation("sales");
  return [
    { name: "name", label: t("deal.name"), required: true, max: 100 },
    { name: "productLine", label: t("processes.line"), max: 100, hint: t("processes.lineHint") },
    { name: "stages", label: t("deal.stages"), required: true, control: <StageList /> },
  ];
}

/** What a form holds as a process. */
function read({ name, productLine = "", stages }: Values) {
  return {
    name: name as string,
    productLine: productLine as string,
    stages: (stages as StageDraft[]).map(({ id, name: stage, probabilityPercent }) => ({
      id,
      name: stage.trim(),
      probabilityPercent,
    })),
  };
}

function CreateProcess() {
  const { t } = useTranslation("sales");
  const [, set] = useFilters();
  const { done } = useDo();
  const create = useAct(ProcessService.method.createProcess);
  const archive = useAct(ProcessService.method.archiveProcess);
  return (
    <FormDialog
      open
      title={t("processes.new")}
      width={620}
      fields={useFields()}
      initial={{ stages: [newStage()] }}
      okText={t("list.create")}
      prefix="process"
      submit={async (values) => {
        const { process } = await create.mutateAsync({ process: read(values) });
        const back = process && (() => archive.mutateAsync({ id: process.id, etag: process.etag }));
        done(t("list.created", { number: values.name }), back);
      }}
      onClose={() => set({ new: undefined })}
    />
  );
}

function useProcessActs() {
  const { t } = useTranslation("sales");
  const { ask, dialog } = useAsk();
  const { done } = useDo();
  const fields = useFields();
  const update = useAct(ProcessService.method.updateProcess);
  const archiveAct = useAct(ProcessService.method.archiveProcess);
  const change = async ({ id, etag }: Process, to: ReturnType<typeof read>) =>
    (await update.mutateAsync({ process: { id, ...to }, updateMask: maskOf(to), etag })).process;
  return {
    dialog,
    edit: (process: Process) =>
      void ask({
        title: t("edit.title", { name: process.name }),
        width: 620,
        prefix: "process",
        intro: (
          <Alert
            type="info"
            className="intro"
            title={t("processes.meaning")}
            description={t("processes.meaningHint")}
          />
        ),
        fields,
        initial: {
          name: process.name,
          productLine: process.productLine,
          stages: process.stages.map((s): StageDraft => ({ ...s, key: s.id })),
        },
        submit: async (values) => {
          const to = read(values);
          const after = await change(process, to);
          done(t("edit.done"), after && (() => change(after, asBefore(to, process))));
        },
      }),
    archive: (process: Process) =>
      void ask({
        title: t("processes.archiveTitle", { name: process.name }),
        okText: t("processes.archive"),
        danger: true,
        intro: <p className="intro">{t("processes.archiveMeaning")}</p>,
        fields: [],
        submit: async () => {
          await archiveAct.mutateAsync({ id: process.id, etag: process.etag });
          done(t("processes.archived", { name: process.name }));
        },
      }),
  };
}
