import { useAct } from "../../../api/calls";
import { OpportunityService } from "../../../gen/baton/sales/v1/opportunity_service_pb";
import type { Offered } from "./offered";

/** How commerce answers a deal that was won. */
export function useDealAnswers() {
  const take = useAct(OpportunityService.method.acceptOpportunity);
  const giveBack = useAct(OpportunityService.method.returnOpportunity);
  return {
    take: (of: Offered) => take.mutateAsync(of),
    giveBack: (of: Offered, reason: string) => giveBack.mutateAsync({ ...of, reason }),
  };
}
