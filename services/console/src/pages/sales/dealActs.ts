import { useAct } from "../../api/calls";
import { asBefore, maskOf } from "../../api/mask";
import { useDealAnswers } from "../../blocks/handoffs/verbs/deal";
import type { Amount } from "../../blocks/InlineEdit";
import type { HandOverTarget, LossReason, Opportunity } from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import type { LineInput } from "./DealLines";

const { method } = OpportunityService;

/** What can be changed about an open deal. */
export interface DealChange {
  name?: string;
  partyId?: string;
  contactId?: string;
  amount?: Amount;
  expectedCloseDate?: string;
  description?: string;
  ownerId?: string;
  territoryId?: string;
}

/** Why a deal was lost. */
export interface Loss {
  reason: LossReason;
  competitor: string;
}

function deal({ opportunity }: { opportunity?: Opportunity }): Opportunity {
  if (!opportunity) throw new Error("the service answered without the deal");
  return opportunity;
}

/** What can be done to a deal. Each act sends the etag that was read, and resolves to the deal as it is then. */
export function useDealActs() {
  const move = useAct(method.moveOpportunity);
  const win = useAct(method.winOpportunity);
  const lose = useAct(method.loseOpportunity);
  const reopen = useAct(method.reopenOpportunity);
  const update = useAct(method.updateOpportunity);
  const setLines = useAct(method.setOpportunityLines);
  const answers = useDealAnswers();
  const offer = useAct(method.offerOpportunity);
  const handOver = useAct(method.handOverOpportunity);
  const seen = ({ id, etag }: Opportunity) => ({ id, etag });
  const change = async (o: Opportunity, to: DealChange) =>
    deal(await update.mutateAsync({ opportunity: { id: o.id, ...to }, updateMask: maskOf(to), etag: o.etag }));
  return {
    move: async (o: Opportunity, stageId: string) => deal(await move.mutateAsync({ ...seen(o), stageId })),
    win: async (o: Opportunity) => deal(await win.mutateAsync(seen(o))),
    lose: async (o: Opportunity, loss: Loss) => deal(await lose.mutateAsync({ ...seen(o), ...loss })),
    reopen: async (o: Opportunity, stageId = "") => deal(await reopen.mutateAsync({ ...seen(o), stageId })),
    change,
    /** Changes it back to what it was before a change. */
    changeBack: (after: Opportunity, to: DealChange, before: Opportunity) => change(after, asBefore(to, before)),
    setLines: async (o: Opportunity, lines: LineInput[]) => deal(await setLines.mutateAsync({ ...seen(o), lines })),
    accept: async (o: Opportunity) => deal(await answers.take(seen(o))),
    giveBack: async (o: Opportunity, reason: string) => deal(await answers.giveBack(seen(o), reason)),
    offer: async (o: Opportunity) => deal(await offer.mutateAsync(seen(o))),
    handOver: (o: Opportunity, target: HandOverTarget) => handOver.mutateAsync({ ...seen(o), target }),
  };
}

/** What can be done to a deal. */
