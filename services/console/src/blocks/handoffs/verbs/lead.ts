import { useAct } from "../../../api/calls";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import type { Offered } from "./offered";

/** How a lead that is offered to a manager or a salesperson is answered. */
export function useLeadAnswers() {
  const take = useAct(LeadService.method.receiveLead);
  const giveBack = useAct(LeadService.method.returnLead);
  return {
    take: (of: Offered) => take.mutateAsync(of),
    giveBack: (of: Offered, reason: string) => giveBack.mutateAsync({ ...of, reason }),
  };
}
