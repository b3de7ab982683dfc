import { useTranslation } from "react-i18next";
import { useCall } from "../../../api/calls";
import { Access, Duty, useMe } from "../../../api/me";
import type { Ask } from "../../../blocks/ask";
import type { Bulk } from "../../../blocks/DataTable";
import type { Lead } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import { useDisqualifyFields } from "./fields";

/** What can be done with several leads at once. */
export function useLeadBulk(ask: Ask): Bulk<Lead>[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const me = useMe();
  const route = useCall(LeadService.method.routeLead);
  const assign = useCall(LeadService.method.assignLead);
  const disqualify = useCall(LeadService.method.disqualifyLead);
  const disqualifyFields = useDisqualifyFields();
  const may = (...duties: Duty[]) => duties.some((d) => me.can(d, Access.WRITE));
  const all: (Bulk<Lead> & { may: boolean })[] = [
    {
      key: "route",
      label: t("verb.route"),
      may: may(Duty.MARKETING, Duty.ROUTING),
      prepare: async (rows) => {
        const v = await ask({
          title: t("leads.bulkRoute", { count: rows.length }),
          fields: [{ name: "territoryId", label: common("list.territory"), kind: "territory", required: true }],
          okText: t("verb.route"),
        });
        return v && ((r) => route({ id: r.id, etag: r.etag, territoryId: v.territoryId as string }));
      },
    },
    {
      key: "assign",
      label: t("verb.assign"),
      may: may(Duty.ROUTING),
      prepare: async (rows) => {
        const v = await ask({
          title: t("leads.bulkAssign", { count: rows.length }),
          fields: [{ name: "memberId", label: t("lead.salesperson"), kind: "member", required: true }],
          okText: t("verb.assign"),
        });
        return v && ((r) => assign({ id: r.id, etag: r.etag, memberId: v.memberId as string }));
      },
    },
    {
      key: "disqualify",
      label: t("verb.disqualify"),
      danger: true,
      may: may(Duty.MARKETING, Duty.ROUTING, Duty.SALES),
      prepare: async (rows) => {
        const v = await ask({
          title: t("leads.bulkDisqualify", { count: rows.length }),
          fields: disqualifyFields,
          okText: t("verb.disqualify"),
          danger: true,
        });
        return (
          v &&
          ((r) => disqualify({ id: r.id, etag: r.etag, reason: v.reason as number, note: (v.note as string) ?? "" }))
        );
      },
    },
  ];
  return all.filter((b) => b.may);
}
