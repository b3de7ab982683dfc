import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { useFilters } from "../../blocks/Filters";
import { FormDialog } from "../../blocks/Form";
import { useSay } from "../../blocks/say";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import { useDealFields } from "./dealForm";
import { CameFrom, useSource } from "./source";

/** Asks for a new deal while the address says so: of a customer, out of a source, or of nothing at all. */
export function CreateOpportunity() {
  const { t } = useTranslation("sales");
  const [filters, set] = useFilters();
  const source = useSource();
  const fields = useDealFields();
  const create = useAct(OpportunityService.method.createOpportunity);
  const say = useSay();
  const go = useNavigate();
  const made = useRef("");
  return (
    <FormDialog
      open
      pairs
      width={600}
      title={t("list.createTitle")}
      intro={<CameFrom source={source} />}
      fields={fields.create}
      initial={{ partyId: filters.partyId, contactId: filters.contactId, name: filters.name }}
      okText={t("list.create")}
      prefix="opportunity"
      submit={async (values) => {
        const processId = fields.processOf(values.stageId);
        const { opportunity } = await create.mutateAsync({ opportunity: { ...values, processId, source } });
        made.current = opportunity?.id ?? "";
        say.done(t("list.created", { number: opportunity?.number }));
      }}
      onClose={() => {
        if (made.current) void go({ to: "/opportunities/$id", params: { id: made.current } });
        else set({ new: undefined, sourceKind: undefined, sourceId: undefined });
      }}
    />
  );
}
