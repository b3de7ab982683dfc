import { useTranslation } from "react-i18next";
import { useAct } from "../../../api/calls";
import { asBefore, maskOf } from "../../../api/mask";
import { useLeadAnswers } from "../../../blocks/handoffs/verbs/lead";
import { useSay } from "../../../blocks/say";
import { type Lead, LeadQuality } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";

/** What can be written of a lead, any part of it at a time. */
interface Change {
  title?: string;
  need?: string;
  partyId?: string;
  contactId?: string;
}

/** Everything that may be done with a lead, each telling that it was done and how to take it back. */
export function useLeadActs(lead: Lead) {
  const { t } = useTranslation("marketing");
  const say = useSay();
  const of = LeadService.method;
  const update = useAct(of.updateLead);
  const identify = useAct(of.identifyLead);
  const contact = useAct(of.contactLead);
  const accept = useAct(of.acceptLead);
  const route = useAct(of.routeLead);
  const assign = useAct(of.assignLead);
  const answers = useLeadAnswers();
  const withdraw = useAct(of.withdrawLead);
  const disqualify = useAct(of.disqualifyLead);
  const reopen = useAct(of.reopenLead);
  const seen = { id: lead.id, etag: lead.etag };
  /** Tells what was done; the undo goes by the etag that the act left, so that nothing done since is undone with it. */
  const told = (text: string, undo?: (after: { id: string; etag: string }) => Promise<unknown>) => {
    return (answer: { lead?: Lead }) => {
      const after = { id: lead.id, etag: answer.lead?.etag ?? "" };
      say.done(text, undo && (() => void undo(after).then(() => say.done(t("done.undone")), say.refused)));
    };
  };
  const save = (to: Change, etag: string) =>
    update.mutateAsync({ lead: { id: lead.id, ...to }, updateMask: maskOf(to), etag });
  /** Writes a change; resolves to the way back. */
  const write = async (to: Change) => {
    const { lead: after } = await save(to, lead.etag);
    return () => save(asBefore(to, lead), after?.etag ?? "");
  };
  return {
    write,
    update: async (change: Change) => {
      const back = await write(change);
      say.done(t("done.updated"), () => void back().then(() => say.done(t("done.undone")), say.refused));
    },
    identify: () => identify.mutateAsync(seen).then(told(t("done.identified")), say.refused),
    contact: (channel: number) => contact.mutateAsync({ ...seen, channel }).then(told(t("done.contacted"))),
    accept: (followUpPlan: string) => accept.mutateAsync({ ...seen, followUpPlan }).then(told(t("done.accepted"))),
    route: (territoryId: string) =>
      route
        .mutateAsync({ ...seen, territoryId })
        .then((a) => told(t("done.routed"), a.lead?.offered ? (s) => withdraw.mutateAsync(s) : undefined)(a)),
    assign: (memberId: string) =>
      assign
        .mutateAsync({ ...seen, memberId })
        .then((a) => told(t("done.assigned"), a.lead?.offered ? (s) => withdraw.mutateAsync(s) : undefined)(a)),
    receive: () => answers.take(seen).then(told(t("done.received")), say.refused),
    giveBack: (reason: string) => answers.giveBack(seen, reason).then(told(t("done.returned"))),
    withdraw: () => withdraw.mutateAsync(seen).then(told(t("done.withdrawn")), say.refused),
    disqualify: (reason: number, note: string) =>
      disqualify
        .mutateAsync({ ...seen, reason, note })
        .then(told(t("done.disqualified"), (s) => reopen.mutateAsync(s))),
    reopen: () =>
      reopen
        .mutateAsync(seen)
        .then(
          told(
            t("done.reopened"),
            lead.quality === LeadQuality.DISQUALIFIED
              ? (s) => disqualify.mutateAsync({ ...s, reason: lead.disqualifyReason, note: lead.disqualifyNote })
              : undefined,
          ),
          say.refused,
        ),
  };
}
