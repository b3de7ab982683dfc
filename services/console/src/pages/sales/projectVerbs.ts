import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { isMasked } from "../../api/mask";
import type { Ask } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Verb } from "../../blocks/RecordPage";
import { OpportunityState } from "../../gen/baton/sales/v1/opportunity_pb";
import { type Project, ProjectState, ProjectTaskState, ProjectType } from "../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../gen/baton/sales/v1/project_service_pb";
import { useCommerceVerbs } from "./commerce";
import { asInput, type LineInput } from "./DealLines";
import { filled } from "./filled";
import { type ProjectChange, useProjectActs } from "./projectActs";
import { useMayWrite, useProjectFields } from "./projectForm";
import { useClosingQuestions } from "./questions";

const { PLANNED, ACTIVE, ON_HOLD, COMPLETED, CANCELLED, RETRACTED } = ProjectState;

/** Why verbs cannot be used on a project now. */
function useWhys(project: Project) {
  const { t } = useTranslation("sales");
  const tasks = useRead(ProjectService.method.listProjectTasks, {
    projectId: project.id,
    state: ProjectTaskState.OPEN,
    pageSize: 1,
    count: true,
  });
  const openTasks = Number(tasks.data?.totalSize ?? 0n);
  const { state, dealState } = project;
  const ended =
    state === COMPLETED
      ? t("why.completed")
      : state === CANCELLED
        ? t("why.cancelled")
        : state === RETRACTED
          ? t("why.retracted")
          : undefined;
  const dealClosed =
    dealState === OpportunityState.WON
      ? t("why.won")
      : dealState === OpportunityState.LOST
        ? t("why.lost")
        : dealState === OpportunityState.RETRACTED
          ? t("why.retracted")
          : undefined;
  const dealOpen = dealState === OpportunityState.OPEN ? t("why.dealOpen") : undefined;
  const notActive = state === ACTIVE ? undefined : t("why.notActive");
  return {
    ended,
    deal: ended ?? dealClosed,
    start: ended ?? (state === PLANNED ? undefined : t("why.begun")),
    hold: ended ?? notActive,
    resume: ended ?? (state === ON_HOLD ? undefined : t("why.notOnHold")),
    complete: ended ?? notActive ?? dealOpen ?? (openTasks > 0 ? t("why.tasksOpen", { count: openTasks }) : undefined),
    cancel: ended ?? dealOpen ?? (dealState === OpportunityState.WON ? t("why.dealWon") : undefined),
    reopen: state === RETRACTED ? t("why.retracted") : !ended && !dealClosed ? t("why.open") : undefined,
  };
}

/** Everything that may be done with a project, and the acts that stand on the page itself. */
export function useProjectVerbs(project: Project, ask: Ask) {
  const { t } = useTranslation("sales");
  const acts = useProjectActs();
  const { run, done } = useDo();
  const questions = useClosingQuestions(ask);
  const fields = useProjectFields();
  const why = useWhys(project);
  const writes = useMayWrite()(project.type);
  const { name, state, type, reason } = project;
  const isSales = type === ProjectType.SALES;
  const commerce = useCommerceVerbs({ name, commerceState: project.commerceState, record: project, acts }, ask);

  const askReason = (title: string, act: (reason: string) => Promise<Project>, text: string, back: keyof Ways) =>
    void ask({
      title,
      fields: [{ name: "reason", label: t("project.reason"), kind: "area", required: true, max: 500 }],
      submit: async (v) => {
        const after = await act(v.reason);
        done(text, () => acts[back](after));
      },
    });
  const change = async (to: ProjectChange) => {
    const after = await acts.change(project, to);
    return () => acts.changeBack(after, to, project);
  };
  const edit = () => {
    const withDeal = isSales && why.deal === undefined;
    const asked = fields.edit(withDeal, project.lines.length > 0).filter((f) => !isMasked(project, f.name));
    void ask({
      title: t("edit.title", { name }),
      prefix: "project",
      fields: asked,
      initial: { ...project, riskLevel: project.riskLevel || undefined },
      submit: async (v) => done(t("edit.done"), await change(filled<ProjectChange>(v))),
    });
  };
  const won = (priced: Project) =>
    run(
      () => acts.win(priced),
      t("win.done", { name }),
      (after) => acts.reopen(after),
    );
  const win = () =>
    project.amount
      ? won(project)
      : questions.amount(name, async (amount) => void won(await acts.change(project, { amount })));
  const lose = () =>
    questions.loss(name, async (loss) => {
      const after = await acts.lose(project, loss);
      done(t("lose.done", { name }), () => acts.reopen(after));
    });
  /** The way back from reopening, where one act leads there. */
  const closeAgain = (): ((after: Project) => Promise<Project>) | undefined => {
    if (!isSales) return state === COMPLETED ? acts.complete : (after) => acts.cancel(after, reason);
    if (why.ended) return undefined;
    const { lossReason, competitor } = project;
    return project.dealState === OpportunityState.WON
      ? acts.win
      : (after) => acts.lose(after, { reason: lossReason, competitor });
  };

  const work: Verb[] = [
    {
      key: "start",
      label: t("project.start"),
      primary: state === PLANNED,
      why: why.start,
      run: () => void run(() => acts.start(project), t("project.started")),
    },
    {
      key: "resume",
      label: t("project.resume"),
      primary: state === ON_HOLD,
      why: why.resume,
      run: () =>
        void run(
          () => acts.resume(project),
          t("project.resumed"),
          (after) => acts.hold(after, reason),
        ),
    },
    {
      key: "complete",
      label: t("project.complete"),
      primary: state === ACTIVE && why.complete === undefined,
      why: why.complete,
      run: () => void run(() => acts.complete(project), t("project.completed"), acts.reopen),
    },
    { key: "edit", label: t("edit.verb"), shortcut: "e", why: why.ended, run: edit },
    {
      key: "hold",
      label: t("project.hold"),
      why: why.hold,
      run: () => askReason(t("project.holdTitle", { name }), (r) => acts.hold(project, r), t("project.held"), "resume"),
    },
    {
      key: "cancel",
      label: t("project.cancel"),
      danger: true,
      why: why.cancel,
      run: () =>
        askReason(t("project.cancelTitle", { name }), (r) => acts.cancel(project, r), t("project.cancelled"), "reopen"),
    },
    {
      key: "reopen",
      label: t("reopen.verb"),
      why: why.reopen ?? commerce.whyNoReopen,
      run: () => void run(() => acts.reopen(project), t("reopen.done", { name }), closeAgain()),
    },
  ];
  const deal: Verb[] = [
    {
      key: "win",
      label: t("win.verb"),
      primary: state === ACTIVE,
      why: why.deal ?? (project.partyId ? undefined : t("why.noCustomer")),
      run: () => void win(),
    },
    { key: "lose", label: t("lose.verb"), danger: true, why: why.deal, run: () => void lose() },
  ];
  return {
    verbs: [...(writes && isSales ? deal : []), ...(writes ? work : []), ...(isSales ? commerce.verbs : [])],
    writes,
    why,
    isSales,
    /** Changes fields; resolves to the way back. */
    change,
    /** Replaces the lines; resolves to the way back. */
    setLines: async (lines: LineInput[]) => {
      const after = await acts.setLines(project, lines);
      return () => acts.setLines(after, asInput(project.lines));
    },
  };
}

/** Acts that lead back from others. */
type Ways = Pick<ReturnType<typeof useProjectActs>, "resume" | "reopen">;
