import { useTranslation } from "react-i18next";
import { useCall } from "../../../api/calls";
import { Access, Duty, useMe } from "../../../api/me";
import type { Ask } from "../../../blocks/ask";
import type { Bulk } from "../../../blocks/DataTable";
import { type Party, PartyState } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";

/** What can be done with several prospects at once. */
export function useProspectBulk(ask: Ask): Bulk<Party>[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const update = useCall(PartyService.method.updateParty);
  const reopen = useCall(PartyService.method.reopenProspect);
  if (!useMe().can(Duty.CUSTOMER, Access.WRITE)) return [];
  return [
    {
      key: "owner",
      label: t("prospects.bulkOwner"),
      prepare: async (rows) => {
        const v = await ask({
          title: t("prospects.bulkOwnerOf", { count: rows.length }),
          fields: [{ name: "ownerId", label: common("list.owner"), kind: "member", required: true }],
        });
        const ownerId = v?.ownerId as string | undefined;
        if (!ownerId) return undefined;
        return (r) => update({ party: { id: r.id, ownerId }, updateMask: { paths: ["owner_id"] }, etag: r.etag });
      },
    },
    {
      key: "territory",
      label: t("prospects.bulkTerritory"),
      prepare: async (rows) => {
        const v = await ask({
          title: t("prospects.bulkTerritoryOf", { count: rows.length }),
          fields: [{ name: "territoryId", label: common("list.territory"), kind: "territory", required: true }],
        });
        const territoryId = v?.territoryId as string | undefined;
        if (!territoryId) return undefined;
        return (r) =>
          update({ party: { id: r.id, territoryId }, updateMask: { paths: ["territory_id"] }, etag: r.etag });
      },
    },
    {
      key: "reopen",
      label: t("prospects.bulkReopen"),
      prepare: async (rows) =>
        rows.some((r) => r.state === PartyState.INVALID) ? (r) => reopen({ id: r.id, etag: r.etag }) : undefined,
    },
  ];
}
