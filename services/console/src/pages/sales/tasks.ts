import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { maskOf } from "../../api/mask";
import type { Ask } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Field } from "../../blocks/Form";
import type { Milestone, ProjectTask } from "../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../gen/baton/sales/v1/project_service_pb";

const { method } = ProjectService;

/** What can be said about a task. */
interface TaskWork {
  title: string;
  assigneeId: string;
  dueDate: string;
  milestoneId: string;
}

/**
 * What can be done to the tasks of projects. No etag is sent: it would be that of the project, which others change all the
 * time, and the service refuses what the state of the task does not allow.
 */
export function useTaskActs(ask: Ask) {
  const { t } = useTranslation("sales");
  const { run, done } = useDo();
  const add = useAct(method.addProjectTask);
  const update = useAct(method.updateProjectTask);
  const complete = useAct(method.completeProjectTask);
  const cancel = useAct(method.cancelProjectTask);
  const reopen = useAct(method.reopenProjectTask);
  const of = ({ id, projectId }: ProjectTask) => ({ id: projectId, taskId: id });
  const open = (task: ProjectTask) => reopen.mutateAsync(of(task));
  const end = (task: ProjectTask) => complete.mutateAsync(of(task));
  const change = (task: ProjectTask, to: Partial<TaskWork>) =>
    update.mutateAsync({ id: task.projectId, task: { id: task.id, ...to }, updateMask: maskOf(to) });
  const fields = (milestones: Milestone[]): Field[] => [
    { name: "title", label: t("tasks.title"), required: true, max: 200 },
    { name: "assigneeId", label: t("tasks.assignee"), kind: "member" },
    { name: "dueDate", label: t("tasks.due"), kind: "day" },
    {
      name: "milestoneId",
      label: t("tasks.milestone"),
      kind: "choice",
      options: milestones.map((m) => ({ value: m.id, label: m.name })),
    },
  ];
  return {
    add: (projectId: string, milestones: Milestone[]) =>
      void ask({
        title: t("tasks.add"),
        prefix: "task",
        fields: fields(milestones),
        submit: async (v) => {
          const { task } = await add.mutateAsync({ id: projectId, task: v });
          done(t("tasks.added"), task && (() => cancel.mutateAsync(of(task))));
        },
      }),
    edit: (task: ProjectTask, milestones: Milestone[]) =>
      void ask({
        title: t("tasks.edit"),
        prefix: "task",
        fields: fields(milestones),
        initial: { ...task },
        submit: async (v) => {
          const { title, assigneeId = "", dueDate = "", milestoneId = "" } = v;
          const { title: t0, assigneeId: a0, dueDate: d0, milestoneId: m0 } = task;
          await change(task, { title, assigneeId, dueDate, milestoneId });
          done(t("edit.done"), () => change(task, { title: t0, assigneeId: a0, dueDate: d0, milestoneId: m0 }));
        },
      }),
    complete: (task: ProjectTask) =>
      void run(
        () => end(task),
        t("tasks.completed"),
        () => open(task),
      ),
    cancel: (task: ProjectTask) =>
      void run(
        () => cancel.mutateAsync(of(task)),
        t("tasks.cancelled"),
        () => open(task),
      ),
    reopen: (task: ProjectTask) =>
      void run(
        () => open(task),
        t("tasks.reopened"),
        () => end(task),
      ),
  };
}
