import { useAct } from "../../../api/calls";
import { ProjectService } from "../../../gen/baton/sales/v1/project_service_pb";
import type { Offered } from "./offered";

/** How commerce answers a sales project that was won. */
export function useProjectAnswers() {
  const take = useAct(ProjectService.method.acceptProject);
  const giveBack = useAct(ProjectService.method.returnProject);
  return {
    take: (of: Offered) => take.mutateAsync(of),
    giveBack: (of: Offered, reason: string) => giveBack.mutateAsync({ ...of, reason }),
  };
}
