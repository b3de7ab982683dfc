import { Code } from "@connectrpc/connect";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { refusal } from "../../api/refusal";
import { useAsk } from "../../blocks/ask";
import { Budget } from "../../blocks/Budget";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Details, RecordPage } from "../../blocks/RecordPage";
import { SourceName } from "../../blocks/SourceName";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  CampaignKindSchema,
  type Campaign as CampaignRecord,
  CampaignStateSchema,
} from "../../gen/baton/marketing/v1/campaign_pb";
import { CampaignService } from "../../gen/baton/marketing/v1/campaign_service_pb";
import { daysOf } from "./Campaigns";
import { CampaignLeads } from "./campaigns/CampaignLeads";
import { CampaignProjects } from "./campaigns/CampaignProjects";
import { Harvest } from "./campaigns/Harvest";
import { useCampaignVerbs } from "./campaigns/verbs";

/** A campaign: what it is meant to bring, and what it brought. */
export function Campaign() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { t } = useTranslation();
  const read = useRead(CampaignService.method.getCampaign, { id });
  const campaign = read.data?.campaign;
  if (campaign) return <Shown key={campaign.id} campaign={campaign} />;
  return (
    <div className="page">
      {read.isPending ? (
        <Waiting rows={10} />
      ) : refusal(read.error).code === Code.NotFound ? (
        <Empty title={t("error.notFound")} />
      ) : (
        <Failure error={read.error} retry={() => void read.refetch()} />
      )}
    </div>
  );
}

function Shown({ campaign }: { campaign: CampaignRecord }) {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const { word } = useWords();
  const { ask, dialog } = useAsk();
  const verbs = useCampaignVerbs(campaign, ask);
  return (
    <>
      <RecordPage
        kind="CAMPAIGN"
        id={campaign.id}
        title={campaign.name}
        number={campaign.number}
        list={{ label: t("campaigns.pageTitle"), to: "/campaigns" }}
        state={<State of={CampaignStateSchema} value={campaign.state} />}
        highlights={[
          { label: t("campaign.kind"), value: word(CampaignKindSchema, campaign.kind) },
          { label: t("campaign.days"), value: <span className="num">{daysOf(campaign)}</span> },
          { label: t("campaign.budget"), value: <Budget of={campaign} /> },
          { label: common("list.owner"), value: <MemberName id={campaign.ownerId} /> },
          { label: common("list.territory"), value: <TerritoryName id={campaign.territoryId} /> },
        ]}
        verbs={verbs}
        tabs={[
          { key: "overview", label: t("campaign.overview"), children: <Overview campaign={campaign} /> },
          { key: "leads", label: t("campaign.leads"), children: <CampaignLeads id={campaign.id} /> },
          { key: "projects", label: t("campaign.projects"), children: <CampaignProjects id={campaign.id} /> },
        ]}
      />
      {dialog}
    </>
  );
}

function Overview({ campaign }: { campaign: CampaignRecord }) {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  return (
    <div className="stack">
      <Harvest campaign={campaign} />
      <section className="panel" aria-label={t("campaign.description")}>
        <Details
          rows={[
            {
              label: t("campaign.description"),
              value: campaign.description && <span className="said">{campaign.description}</span>,
            },
            { label: common("list.source"), value: <SourceName source={campaign.source} /> },
            { label: t("campaign.began"), value: <When at={campaign.startTime} exact /> },
            { label: t("campaign.ended"), value: <When at={campaign.endTime} exact /> },
            ...(campaign.cancelReason ? [{ label: t("campaign.cancelReason"), value: campaign.cancelReason }] : []),
            { label: common("list.created"), value: <When at={campaign.createTime} exact /> },
          ]}
        />
      </section>
    </div>
  );
}
