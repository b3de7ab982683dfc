import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAct } from "../../../api/calls";
import { isMasked, maskOf, seenOf } from "../../../api/mask";
import { Access, Duty, useFirm, useMe } from "../../../api/me";
import type { Ask } from "../../../blocks/ask";
import type { Verb } from "../../../blocks/RecordPage";
import { useSay } from "../../../blocks/say";
import { type Campaign, CampaignState } from "../../../gen/baton/marketing/v1/campaign_pb";
import { CampaignService } from "../../../gen/baton/marketing/v1/campaign_service_pb";
import { planOf, useCampaignFields } from "./CampaignDialog";

/** The verbs of a campaign, and what else begins with one. */
export function useCampaignVerbs(campaign: Campaign, ask: Ask): Verb[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const me = useMe();
  const firm = useFirm();
  const say = useSay();
  const go = useNavigate();
  const fields = useCampaignFields();
  const of = CampaignService.method;
  const start = useAct(of.startCampaign);
  const end = useAct(of.endCampaign);
  const cancel = useAct(of.cancelCampaign);
  const update = useAct(of.updateCampaign);

  const seen = { id: campaign.id, etag: campaign.etag };
  const right = me.can(Duty.MARKETING, Access.WRITE) ? undefined : t("why.right");
  const over =
    campaign.state === CampaignState.CANCELLED
      ? t("why.campaignCancelled")
      : campaign.state === CampaignState.ENDED
        ? t("why.campaignEnded")
        : undefined;
  const first = (...whys: (string | undefined | false)[]) => whys.find((w) => w) || undefined;
  const planned = campaign.state === CampaignState.PLANNED;
  const from = { new: "1", sourceKind: "CAMPAIGN", sourceId: campaign.id };
  return [
    {
      key: "start",
      label: t("campaign.start"),
      primary: planned,
      why: first(right, over, !planned && t("why.campaignRunning")),
      run: () => void start.mutateAsync(seen).then(() => say.done(t("campaign.started")), say.refused),
    },
    {
      key: "lead",
      label: t("campaign.newLead"),
      primary: campaign.state === CampaignState.RUNNING,
      why: first(
        right,
        firm?.leadsEnabled === false && t("why.noLeads"),
        firm?.marketingEnabled === false && t("why.noMarketing"),
      ),
      run: () => void go({ to: "/leads", search: from }),
    },
    {
      key: "end",
      label: t("campaign.end"),
      why: first(right, over, planned && t("why.campaignPlanned")),
      run: () => void end.mutateAsync(seen).then(() => say.done(t("campaign.endedNow")), say.refused),
    },
    {
      key: "project",
      label: t("campaign.newProject"),
      why: first(
        !me.can(Duty.MARKETING, Access.WRITE) && !me.can(Duty.SALES, Access.WRITE) && t("why.right"),
        firm?.projectsEnabled === false && t("why.noProjects"),
      ),
      run: () => void go({ to: "/projects", search: from }),
    },
    {
      key: "edit",
      label: t("verb.edit"),
      shortcut: "e",
      why: first(right, over),
      run: () =>
        void ask({
          title: t("verb.edit"),
          prefix: "campaign",
          fields: fields.filter((f) => !isMasked(campaign, f.name)),
          initial: {
            name: campaign.name,
            kind: campaign.kind,
            budget: campaign.budget,
            startDate: campaign.startDate,
            endDate: campaign.endDate,
            description: campaign.description,
          },
          submit: async (v) => {
            const plan = seenOf(campaign, planOf(v));
            const updateMask = maskOf(plan);
            await update.mutateAsync({ campaign: { id: campaign.id, ...plan }, updateMask, etag: campaign.etag });
            say.done(common("act.saved"));
          },
        }),
    },
    {
      key: "copy",
      label: t("campaign.copy"),
      why: first(right, firm?.marketingEnabled === false && t("why.noMarketing")),
      run: () => void go({ to: "/campaigns", search: { new: "1", copy: campaign.id } }),
    },
    {
      key: "cancel",
      label: t("campaign.cancel"),
      danger: true,
      why: first(right, over),
      run: () =>
        void ask({
          title: t("campaign.cancel"),
          fields: [{ name: "reason", label: common("form.reason"), kind: "area", max: 500, required: true }],
          okText: t("campaign.cancel"),
          danger: true,
          submit: (v) =>
            cancel
              .mutateAsync({ ...seen, reason: v.reason as string })
              .then(() => say.done(t("campaign.cancelledNow"))),
        }),
    },
  ];
}
