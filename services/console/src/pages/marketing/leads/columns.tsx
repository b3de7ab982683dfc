import { useTranslation } from "react-i18next";
import { useSharedColumns } from "../../../blocks/columns";
import type { Column } from "../../../blocks/DataTable";
import { RecordLink } from "../../../blocks/Objects";
import { Pill } from "../../../blocks/Pill";
import { State } from "../../../blocks/words";
import { type Lead, LeadQualitySchema, LeadRouting, LeadRoutingSchema } from "../../../gen/baton/marketing/v1/lead_pb";
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
  const shared = useSharedColumns();
  const columns: Column<Lead>[] = [
    shared.number("LEAD", { width: 128 }),
    {
      key: "title",
      title: t("lead.title"),
      width: 190,
      render: (r) => (
        <RecordLink kind="LEAD" id={r.id}>
          {r.title}
        </RecordLink>
      ),
      field: "title",
    },
    shared.party(t("lead.party"), { width: 160 }),
    {
      key: "quality",
      title: t("lead.quality"),
      width: 120,
      render: (r) => <State of={LeadQualitySchema} value={r.quality} />,
      field: "quality",
    },
    {
      key: "waiting",
      title: t("lead.waiting"),
      width: 84,
      align: "right",
      render: (r) => <Waited lead={r} />,
      sort: { down: LEAD_ORDERS.newest },
    },
    shared.created({ hidden: true, sort: undefined }),
    {
      key: "due",
      title: t("lead.responseDue"),
      width: 140,
      render: (r) => <ResponseClock lead={r} />,
      field: "responseDueTime",
      sort: { up: LEAD_ORDERS.due },
    },
    {
      key: "routing",
      title: t("lead.routing"),
      width: 180,
      render: (r) => <Whereabouts lead={r} />,
      field: "routing",
    },
    shared.owner({ width: 100 }),
    shared.territory({ width: 90 }),
    shared.source(),
  ];
  return columns.filter((c) => !without.includes(c.key));
}
