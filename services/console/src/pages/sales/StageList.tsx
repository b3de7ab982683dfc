import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, HolderOutlined, PlusOutlined } from "@ant-design/icons";
import { DragDropProvider } from "@dnd-kit/react";
import { isSortable, useSortable } from "@dnd-kit/react/sortable";
import { Button, Input, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { usePlugins, useSensors } from "../../blocks/dragging";
import type { FieldTold } from "../../blocks/Form";

/** A stage while it is written; without an id it is a new one. */
export interface StageDraft {
  key: string;
  id: string;
  name: string;
  probabilityPercent: number;
}

/** The most stages that a process has. */
const STAGES_MAX = 30;

interface Props extends FieldTold {
  value?: StageDraft[];
  onChange?: (stages: StageDraft[]) => void;
}

let drafts = 0;

/** A stage that is not there yet. */
export function newStage(): StageDraft {
  drafts += 1;
  return { key: `new ${drafts}`, id: "", name: "", probabilityPercent: 50 };
}

/** The stages of a process in order: dragged, or moved by buttons; names and chances beside. */
export function StageList({ value: stages = [], onChange, id: _, ...told }: Props) {
  const { t } = useTranslation("sales");
  const move = (from: number, to: number) => {
    const stage = stages[from];
    if (!stage || to < 0 || to >= stages.length) return;
    onChange?.(stages.toSpliced(from, 1).toSpliced(to, 0, stage));
  };
  // What is wrong is told where it is to be mended: at the first stage without a name, else at the first one.
  const wrong = Math.max(
    0,
    stages.findIndex((s) => s.name.trim() === ""),
  );
  const place = (key: string) => String(stages.findIndex((s) => s.key === key) + 1);
  const sensors = useSensors({ x: 0, y: 48 });
  const plugins = usePlugins({ item: (key) => stages.find((s) => s.key === key)?.name ?? "", place });
  return (
    <>
      <DragDropProvider
        sensors={sensors}
        plugins={plugins}
        onDragEnd={({ canceled, operation: { source } }) => {
          if (!canceled && isSortable(source)) move(source.initialIndex, source.index);
        }}
      >
        <ol className="stage-rows">
          {stages.map((stage, i) => (
            <StageRow
              key={stage.key}
              stage={stage}
              index={i}
              last={stages.length - 1}
              told={i === wrong ? told : {}}
              change={(part) => onChange?.(stages.map((s) => (s.key === stage.key ? { ...s, ...part } : s)))}
              move={(by) => move(i, i + by)}
              remove={() => onChange?.(stages.filter((s) => s.key !== stage.key))}
            />
          ))}
        </ol>
      </DragDropProvider>
      <Button
        icon={<PlusOutlined />}
        disabled={stages.length >= STAGES_MAX}
        onClick={() => onChange?.([...stages, newStage()])}
      >
        {t("processes.addStage")}
      </Button>
    </>
  );
}

interface RowProps {
  stage: StageDraft;
  index: number;
  last: number;
  told: FieldTold;
  change: (part: Partial<StageDraft>) => void;
  move: (by: number) => void;
  remove: () => void;
}

function StageRow({ stage, index, last, told, change, move, remove }: RowProps) {
  const { t } = useTranslation("sales");
  const { ref, handleRef } = useSortable({ id: stage.key, index });
  const n = index + 1;
  return (
    <li ref={ref} className="stage-row">
      <button
        ref={handleRef}
        type="button"
        className="board-tool grip"
        aria-label={t("processes.hold", { n })}
        aria-roledescription={t("processes.grip")}
      >
        <HolderOutlined aria-hidden />
      </button>
      <span className="num">{n}</span>
      <Input
        {...told}
        className="grow"
        aria-label={t("processes.stageName", { n })}
        value={stage.name}
        maxLength={100}
        onChange={(e) => change({ name: e.target.value })}
      />
      <InputNumber
        aria-label={t("processes.stageChance", { n })}
        min={0}
        max={100}
        precision={0}
        suffix="%"
        style={{ width: 88 }}
        value={stage.probabilityPercent}
        onChange={(v) => change({ probabilityPercent: v ?? 0 })}
      />
      <Button
        type="text"
        icon={<ArrowUpOutlined />}
        aria-label={t("processes.up", { n })}
        disabled={index === 0}
        onClick={() => move(-1)}
      />
      <Button
        type="text"
        icon={<ArrowDownOutlined />}
        aria-label={t("processes.down", { n })}
        disabled={index === last}
        onClick={() => move(1)}
      />
      <Button type="text" icon={<DeleteOutlined />} aria-label={t("processes.removeStage", { n })} onClick={remove} />
    </li>
  );
}
