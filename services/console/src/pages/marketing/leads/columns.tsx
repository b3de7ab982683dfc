import { useTranslation } from "react-i18next";
import { useFirm } from "../../../api/me";
import { useMembers, useTerritories } from "../../../api/names";
import type { Column } from "../../../blocks/DataTable";
import { ObjectName, RecordLink } from "../../../blocks/Objects";
import { MemberName, TerritoryName } from "../../../blocks/People";
import { Pill } from "../../../blocks/Pill";
import { SourceName } from "../../../blocks/SourceName";
import { When } from "../../../blocks/When";
import { State, useWords } from "../../../blocks/words";
import { type Lead, LeadQualitySchema, LeadRouting, LeadRoutingSchema } from "../../../gen/baton/marketing/v1/lead_pb";
import { moment } from "../../../i18n/format";
import { ResponseClock, Waited } from "./clock";

/** The orders of leads, as the service names them. */
export const LEAD_ORDERS = { newest: "create_time desc", due: "response_due_time asc" } as const;

/** Where a lead is: with whom, or who has still to take it. */
export function Whereabouts({ lead }: { lead: Lead }) {
  const { t } = useTranslation("marketing");
  if (!lead.offered) return <State of={LeadRoutingSchema} value={lead.routing} />;
  const manager = lead.routing === LeadRouting.WITH_MANAGER;
  return <Pill tone="warning">{t(manager ? "leads.offeredManager" : "leads.offeredSalesperson")}</Pill>;
}

/** The columns of leads; a page that is about one source or customer leaves that one out. */
export function useLeadColumns(without: string[] = []): Column<Lead>[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const zone = useFirm()?.timeZone;
  const { word, kind } = useWords();
  const { name: member } = useMembers();
  const { name: territory } = useTerritories();
  const columns: Column<Lead>[] = [
    {
      key: "number",
      title: common("list.number"),
      width: 128,
      render: (r) => (
        <RecordLink kind="LEAD" id={r.id}>
          {r.number}
        </RecordLink>
      ),
      text: (r) => r.number,
    },
    {
      key: "title",
      title: t("lead.title"),
      width: 190,
      render: (r) => (
        <RecordLink kind="LEAD" id={r.id}>
          {r.title}
        </RecordLink>
      ),
      text: (r) => r.title,
    },
    {
      key: "party",
      title: t("lead.party"),
      width: 160,
      render: (r) => <ObjectName kind="ACCOUNT" id={r.partyId} />,
    },
    {
      key: "quality",
      title: t("lead.quality"),
      width: 120,
      render: (r) => <State of={LeadQualitySchema} value={r.quality} />,
      text: (r) => word(LeadQualitySchema, r.quality),
    },
    {
      key: "waiting",
      title: t("lead.waiting"),
      width: 84,
      align: "right",
      render: (r) => <Waited lead={r} />,
      sort: { down: LEAD_ORDERS.newest },
    },
    {
      key: "created",
      title: common("list.created"),
      width: 150,
      hidden: true,
      render: (r) => <When at={r.createTime} exact />,
      text: (r) => moment(r.createTime, zone),
    },
    {
      key: "due",
      title: t("lead.responseDue"),
      width: 140,
      render: (r) => <ResponseClock lead={r} />,
      text: (r) => moment(r.responseDueTime, zone),
      sort: { up: LEAD_ORDERS.due },
    },
    {
      key: "routing",
      title: t("lead.routing"),
      width: 180,
      render: (r) => <Whereabouts lead={r} />,
      text: (r) => word(LeadRoutingSchema, r.routing),
    },
    {
      key: "owner",
      title: common("list.owner"),
      width: 100,
      render: (r) => <MemberName id={r.ownerId} />,
      text: (r) => member(r.ownerId),
    },
    {
      key: "territory",
      title: common("list.territory"),
      width: 90,
      render: (r) => <TerritoryName id={r.territoryId} />,
      text: (r) => territory(r.territoryId),
    },
    {
      key: "source",
      title: common("list.source"),
      width: 150,
      render: (r) => <SourceName source={r.source} />,
      text: (r) => kind(r.source?.kind ?? ""),
    },
  ];
  return columns.filter((c) => !without.includes(c.key));
}
