import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { useAsk } from "../../../blocks/ask";
import { DataTable } from "../../../blocks/DataTable";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import { useLeadBulk } from "../leads/bulk";
import { useLeadColumns } from "../leads/columns";
import { LeadCard } from "../leads/LeadCard";

/** The leads that a campaign brought. */
export function CampaignLeads({ id }: { id: string }) {
  const { t } = useTranslation("marketing");
  const { ask, dialog } = useAsk();
  const list = useList(LeadService.method.listLeads, { sourceKind: "CAMPAIGN", sourceId: id }, (a) => a.leads);
  const columns = useLeadColumns(["source"]);
  const bulk = useLeadBulk(ask);
  return (
    <>
      <DataTable
        name="campaign-leads"
        list={list}
        file="leads"
        columns={columns}
        rowKey={(r) => r.id}
        rowName={(r) => `${r.number} ${r.title}`}
        href={(r) => `/leads/${r.id}`}
        bulk={bulk}
        card={(r) => <LeadCard lead={r} />}
        empty={{ title: t("campaign.noLeads"), hint: t("campaign.noLeadsHint") }}
      />
      {dialog}
    </>
  );
}
