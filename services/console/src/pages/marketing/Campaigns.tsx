import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { isMasked } from "../../api/mask";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { Budget } from "../../blocks/Budget";
import { useSharedColumns } from "../../blocks/columns";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { RecordLink } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { State, useChoices, useWords } from "../../blocks/words";
import { type Campaign, CampaignKindSchema, CampaignStateSchema } from "../../gen/baton/marketing/v1/campaign_pb";
import { CampaignService } from "../../gen/baton/marketing/v1/campaign_service_pb";
import { day } from "../../i18n/format";
import { CampaignDialog } from "./campaigns/CampaignDialog";

/** The days that a campaign is planned for. */
export const daysOf = (c: Campaign) =>
  c.startDate || c.endDate ? [c.startDate, c.endDate].map((d) => (d ? day(d) : "…")).join(" – ") : "—";

/** The campaigns: what runs, and what is planned. */
export function Campaigns() {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const me = useMe();
  const firm = useFirm();
  const [filters, set] = useFilters();
  const states = useChoices(CampaignStateSchema);
  const kinds = useChoices(CampaignKindSchema);
  const orderBy = filters.order ?? "create_time desc";
  const list = useList(
    CampaignService.method.listCampaigns,
    {
      state: Number(filters.state ?? 0),
      kind: Number(filters.kind ?? 0),
      ownerId: filters.owner ?? "",
      query: filters.q,
      orderBy,
    },
    (a) => a.campaigns,
  );
  const columns = useColumns();
  const creates = me.can(Duty.MARKETING, Access.WRITE) && firm?.marketingEnabled !== false;
  const create = creates && (
    <Button type="primary" onClick={() => set({ new: "1" })}>
      {t("campaigns.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("campaigns.pageTitle")}</h1>
        <span className="grow" />
        {create}
      </div>
      <FilterBar
        searched
        page="campaigns"
        filters={[
          { key: "state", label: common("list.state"), kind: "choice", options: states },
          { key: "kind", label: t("campaign.kind"), kind: "choice", options: kinds },
          { key: "owner", label: common("list.owner"), kind: "member" },
        ]}
      />
      <DataTable
        name="campaigns"
        list={list}
        file="campaigns"
        columns={columns}
        rowKey={(r) => r.id}
        rowName={(r) => `${r.number} ${r.name}`}
        href={(r) => `/campaigns/${r.id}`}
        orderBy={orderBy}
        onOrder={(order) => set({ order })}
        card={(r) => <Card campaign={r} />}
        empty={{ title: t("campaigns.none"), hint: t("campaigns.noneHint"), action: create || undefined }}
      />
      <CampaignDialog
        open={creates && filters.new === "1"}
        copyId={filters.copy ?? ""}
        onClose={() => set({ new: undefined, copy: undefined })}
      />
    </div>
  );
}

function Card({ campaign }: { campaign: Campaign }) {
  const { word } = useWords();
  return (
    <div className="stack">
      <strong>
        <RecordLink kind="CAMPAIGN" id={campaign.id}>
          {campaign.name}
        </RecordLink>
      </strong>
      <div className="bar">
        <State of={CampaignStateSchema} value={campaign.state} />
        <span className="hint">{word(CampaignKindSchema, campaign.kind)}</span>
        {(campaign.budget || isMasked(campaign, "budget")) && <Budget of={campaign} />}
      </div>
      <div className="bar hint">
        {(campaign.startDate || campaign.endDate) && <span className="num">{daysOf(campaign)}</span>}
        <MemberName id={campaign.ownerId} />
      </div>
    </div>
  );
}

function useColumns(): Column<Campaign>[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const { word } = useWords();
  const shared = useSharedColumns();
  return [
    shared.number("CAMPAIGN", { sort: { down: "create_time desc" } }),
    {
      key: "name",
      title: common("list.name"),
      width: 260,
      render: (r) => (
        <RecordLink kind="CAMPAIGN" id={r.id}>
          {r.name}
        </RecordLink>
      ),
      field: "name",
      sort: { up: "name asc" },
    },
    {
      key: "kind",
      title: t("campaign.kind"),
      width: 110,
      render: (r) => word(CampaignKindSchema, r.kind),
      field: "kind",
    },
    {
      key: "state",
      title: common("list.state"),
      width: 110,
      render: (r) => <State of={CampaignStateSchema} value={r.state} />,
      field: "state",
    },
    {
      key: "days",
      title: t("campaign.days"),
      width: 200,
      render: (r) => <span className="num">{daysOf(r)}</span>,
      field: ["startDate", "endDate"],
    },
    {
      key: "budget",
      title: t("campaign.budget"),
      width: 140,
      align: "right",
      render: (r) => <Budget of={r} />,
      field: ["budget", "budget.currencyCode"],
    },
    shared.owner(),
    shared.territory(),
  ];
}
