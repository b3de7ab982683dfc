import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAct, useRead } from "../../../api/calls";
import { useMe } from "../../../api/me";
import { type Field, FormDialog, type Values } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { useChoices } from "../../../blocks/words";
import { type Campaign, CampaignKindSchema } from "../../../gen/baton/marketing/v1/campaign_pb";
import { CampaignService } from "../../../gen/baton/marketing/v1/campaign_service_pb";

/** What people say of a campaign. */
export function useCampaignFields(): Field[] {
  const { t } = useTranslation("marketing");
  const kinds = useChoices(CampaignKindSchema);
  return [
    { name: "name", label: t("campaign.name"), required: true, max: 200 },
    { name: "kind", label: t("campaign.kind"), kind: "choice", options: kinds, required: true },
    { name: "budget", label: t("campaign.budget"), kind: "money" },
    { name: "startDate", label: t("campaign.startDate"), kind: "day" },
    { name: "endDate", label: t("campaign.endDate"), kind: "day" },
    {
      name: "description",
      label: t("campaign.description"),
      kind: "area",
      max: 2000,
      hint: t("campaign.descriptionHint"),
    },
  ];
}

/** The plan of a campaign out of what was filled in. */
export const planOf = (v: Values) => ({
  name: v.name as string,
  kind: v.kind as number,
  budget: v.budget,
  startDate: (v.startDate as string | undefined) ?? "",
  endDate: (v.endDate as string | undefined) ?? "",
  description: (v.description as string | undefined) ?? "",
});

/** What of a campaign a copy begins with: all but its dates. */
const copied = (c: Campaign): Values => ({
  name: c.name,
  kind: c.kind,
  budget: c.budget,
  description: c.description,
  territoryId: c.territoryId || undefined,
});

/** Plans a new campaign, from nothing or after one that there is. */
export function CampaignDialog({ open, copyId, onClose }: { open: boolean; copyId: string; onClose: () => void }) {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const me = useMe();
  const say = useSay();
  const go = useNavigate();
  const create = useAct(CampaignService.method.createCampaign);
  const fields = useCampaignFields();
  const model = useRead(CampaignService.method.getCampaign, { id: copyId }, { enabled: open && copyId !== "" });
  const copy = copyId ? model.data?.campaign : undefined;
  return (
    <FormDialog
      // A copy is there a moment later: then the dialog begins anew with it.
      key={copy?.id ?? "new"}
      open={open}
      onClose={onClose}
      title={copy ? t("campaigns.copyOf", { name: copy.name }) : t("campaigns.new")}
      prefix="campaign"
      pairs
      width={600}
      okText={t("campaigns.create")}
      fields={[
        ...fields,
        { name: "ownerId", label: common("list.owner"), kind: "member" },
        { name: "territoryId", label: common("list.territory"), kind: "territory" },
      ]}
      initial={{ ownerId: me.id, ...(copy && copied(copy)) }}
      submit={async (v) => {
        const { campaign } = await create.mutateAsync({
          campaign: {
            ...planOf(v),
            ownerId: (v.ownerId as string | undefined) ?? "",
            territoryId: (v.territoryId as string | undefined) ?? "",
          },
        });
        if (!campaign) return;
        say.done(t("campaigns.created", { number: campaign.number }));
        void go({ to: "/campaigns/$id", params: { id: campaign.id } });
      }}
    />
  );
}
