import { MoreOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Checkbox, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import type { ListPage } from "../../api/calls";
import { useFirm, useMe } from "../../api/me";
import type { Ask } from "../../blocks/ask";
import { Pages } from "../../blocks/DataTable";
import { MemberName } from "../../blocks/People";
import { Pill } from "../../blocks/Pill";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { State } from "../../blocks/words";
import {
  type Milestone,
  type ProjectTask,
  ProjectTaskState,
  ProjectTaskStateSchema,
} from "../../gen/baton/sales/v1/project_pb";
import { day } from "../../i18n/format";
import { dayIn } from "../../i18n/zone";
import { useTaskActs } from "./tasks";

interface Props {
  list: ListPage<ProjectTask>;
  ask: Ask;
  /** The milestones of the one project that these tasks are of; left out, they are of many, and each names its own. */
  milestones?: Milestone[];
  /** Whether the reader may change tasks that are not his own. */
  writes: boolean;
  empty: { title: string; hint?: string };
}

/** Tasks of projects, what is due first: ticked off, given to others, called off. */
export function TaskTable({ list, ask, milestones, writes, empty }: Props) {
  const { t } = useTranslation("sales");
  if (list.error && list.rows.length === 0) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting rows={4} />;
  if (list.rows.length === 0) return <Empty {...empty} />;
  return (
    <>
      <div className="scroll">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t("tasks.title")}</th>
              <th scope="col">{t("tasks.assignee")}</th>
              <th scope="col">{t("tasks.due")}</th>
              <th scope="col">{milestones ? t("tasks.milestone") : t("tasks.project")}</th>
              <th scope="col">{t("deal.state")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {list.rows.map((task) => (
              <TaskRow key={task.id} task={task} ask={ask} milestones={milestones} writes={writes} />
            ))}
          </tbody>
        </table>
      </div>
      <Pages list={list} />
    </>
  );
}

interface RowProps extends Pick<Props, "ask" | "milestones" | "writes"> {
  task: ProjectTask;
}

function TaskRow({ task, ask, milestones, writes }: RowProps) {
  const { t } = useTranslation("sales");
  const me = useMe();
  const acts = useTaskActs(ask);
  const isOpen = task.state === ProjectTaskState.OPEN;
  const isMine = task.assigneeId === me.id;
  const items = [
    { key: "edit", label: t("tasks.edit"), disabled: !isOpen, onClick: () => acts.edit(task, milestones ?? []) },
    { key: "cancel", label: t("tasks.cancel"), disabled: !isOpen, danger: isOpen, onClick: () => acts.cancel(task) },
  ];
  return (
    <tr>
      <td>
        <Checkbox
          checked={task.state === ProjectTaskState.DONE}
          disabled={!(writes || isMine)}
          onChange={() => (isOpen ? acts.complete(task) : acts.reopen(task))}
        >
          <span className={isOpen ? undefined : "done-text"}>{task.title}</span>
        </Checkbox>
      </td>
      <td>
        <MemberName id={task.assigneeId} />
      </td>
      <td>
        <Due date={task.dueDate} isOpen={isOpen} />
      </td>
      <td>
        {milestones ? (
          (milestones.find((m) => m.id === task.milestoneId)?.name ?? "—")
        ) : (
          <Link to="/projects/$id" params={{ id: task.projectId }}>
            {task.projectName}
          </Link>
        )}
      </td>
      <td>
        <State of={ProjectTaskStateSchema} value={task.state} />
      </td>
      <td>
        {writes && milestones && (
          <Dropdown autoFocus trigger={["click"]} menu={{ items }}>
            <Button type="text" icon={<MoreOutlined />} aria-label={t("tasks.more", { title: task.title })} />
          </Dropdown>
        )}
      </td>
    </tr>
  );
}

/** The day by which something is due; told apart when that is past. */
export function Due({ date, isOpen }: { date: string; isOpen: boolean }) {
  const { t } = useTranslation("sales");
  const zone = useFirm()?.timeZone;
  if (!date) return <>—</>;
  if (isOpen && date < dayIn(zone)) return <Pill tone="danger">{t("tasks.overdue", { day: day(date) })}</Pill>;
  return <span className="num">{day(date)}</span>;
}
