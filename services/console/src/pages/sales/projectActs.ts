import { useAct } from "../../api/calls";
import { asBefore, maskOf } from "../../api/mask";
import { useProjectAnswers } from "../../blocks/handoffs/verbs/project";
import type { Amount } from "../../blocks/InlineEdit";
import type { HandOverTarget } from "../../gen/baton/sales/v1/opportunity_pb";
import type { Project, RiskLevel } from "../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../gen/baton/sales/v1/project_service_pb";
import type { LineInput } from "./DealLines";
import type { Loss } from "./dealActs";

const { method } = ProjectService;

/** A milestone as a change says it; without an id it is a new one. */
export interface MilestoneInput {
  id?: string;
  name: string;
  plannedDate: string;
  actualDate?: string;
}

/** Who works on a project, and as what. */
export interface MateInput {
  memberId: string;
  role: string;
}

/** What can be changed about a project that has not ended; the last three only while its deal is open. */
export interface ProjectChange {
  name?: string;
  partyId?: string;
  contactId?: string;
  description?: string;
  team?: MateInput[];
  milestones?: MilestoneInput[];
  riskLevel?: RiskLevel;
  riskNote?: string;
  budget?: Amount;
  ownerId?: string;
  territoryId?: string;
  amount?: Amount;
  probabilityPercent?: number;
  expectedCloseDate?: string;
}

function whole({ project }: { project?: Project }): Project {
  if (!project) throw new Error("the service answered without the project");
  return project;
}

/** What can be done to a project. Each act sends the etag that was read, and resolves to the project as it is then. */
export function useProjectActs() {
  const start = useAct(method.startProject);
  const hold = useAct(method.holdProject);
  const resume = useAct(method.resumeProject);
  const complete = useAct(method.completeProject);
  const cancel = useAct(method.cancelProject);
  const win = useAct(method.winProject);
  const lose = useAct(method.loseProject);
  const reopen = useAct(method.reopenProject);
  const update = useAct(method.updateProject);
  const setLines = useAct(method.setProjectLines);
  const answers = useProjectAnswers();
  const offer = useAct(method.offerProject);
  const handOver = useAct(method.handOverProject);
  const seen = ({ id, etag }: Project) => ({ id, etag });
  const change = async (p: Project, to: ProjectChange) =>
    whole(await update.mutateAsync({ project: { id: p.id, ...to }, updateMask: maskOf(to), etag: p.etag }));
  return {
    start: async (p: Project) => whole(await start.mutateAsync(seen(p))),
    hold: async (p: Project, reason: string) => whole(await hold.mutateAsync({ ...seen(p), reason })),
    resume: async (p: Project) => whole(await resume.mutateAsync(seen(p))),
    complete: async (p: Project) => whole(await complete.mutateAsync(seen(p))),
    cancel: async (p: Project, reason: string) => whole(await cancel.mutateAsync({ ...seen(p), reason })),
    win: async (p: Project) => whole(await win.mutateAsync(seen(p))),
    lose: async (p: Project, loss: Loss) => whole(await lose.mutateAsync({ ...seen(p), ...loss })),
    reopen: async (p: Project) => whole(await reopen.mutateAsync(seen(p))),
    change,
    /** Changes it back to what it was before a change. */
    changeBack: (after: Project, to: ProjectChange, before: Project) => change(after, asBefore(to, before)),
    setLines: async (p: Project, lines: LineInput[]) => whole(await setLines.mutateAsync({ ...seen(p), lines })),
    accept: async (p: Project) => whole(await answers.take(seen(p))),
    giveBack: async (p: Project, reason: string) => whole(await answers.giveBack(seen(p), reason)),
    offer: async (p: Project) => whole(await offer.mutateAsync(seen(p))),
    handOver: (p: Project, target: HandOverTarget) => handOver.mutateAsync({ ...seen(p), target }),
  };
}
