import { useNavigate } from "@tanstack/react-router";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { useAct } from "../../../api/calls";
import { type Field, FormDialog, type Values } from "../../../blocks/Form";
import { LookAlikes, useLookAlikes } from "../../../blocks/LookAlikes";
import { useSay } from "../../../blocks/say";
import { useChoices } from "../../../blocks/words";
import { DuplicatePolicySchema, PartyType, PartyTypeSchema } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";
import { FoundAgain } from "../FoundAgain";

/** Takes down a customer whom nobody has verified; whoever is known already is shown before and after. */
export function ProspectDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation("marketing");
  const { modal } = App.useApp();
  const say = useSay();
  const go = useNavigate();
  const create = useAct(PartyService.method.createProspect);
  const fields = useFields();
  const submit = async (v: Values) => {
    const { onDuplicate, ...prospect } = v;
    const made = await create.mutateAsync({
      prospect: Object.fromEntries(Object.entries(prospect).filter(([, value]) => value)),
      onDuplicate: (onDuplicate as number | undefined) ?? 0,
    });
    const party = made.party;
    if (!party) return;
    const arrive = () => void go({ to: "/customers/$id", params: { id: party.id } });
    if (made.duplicates.length === 0) {
      say.done(t("prospects.created", { number: party.number }));
      return arrive();
    }
    modal.info({
      title: made.linked ? t("prospects.linked") : t("looks.after", { count: made.duplicates.length }),
      content: (
        <FoundAgain found={made.duplicates.map((d) => ({ ...d, taken: made.linked && d.partyId === party.id }))} />
      ),
      okText: t("prospects.open"),
      onOk: arrive,
    });
  };
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={t("prospects.new")}
      width={600}
      prefix="prospect"
      pairs
      okText={t("prospects.create")}
      fields={fields}
      initial={{ type: PartyType.COMPANY }}
      more={(v) => <Before values={v} />}
      submit={submit}
    />
  );
}

function Before({ values: v }: { values: Values }) {
  const found = useLookAlikes({ type: v.type, name: v.name, phone: v.phone, email: v.email, website: v.website });
  return <LookAlikes found={found} />;
}

function useFields(): Field[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const types = useChoices(PartyTypeSchema);
  const policies = useChoices(DuplicatePolicySchema);
  const company = (v: Values) => v.type === PartyType.COMPANY;
  return [
    { name: "type", label: t("party.type"), kind: "choice", options: types, required: true },
    { name: "name", label: t("party.name"), required: true, max: 200 },
    { name: "phone", label: t("party.phone"), kind: "tel", max: 50 },
    { name: "email", label: t("party.email"), kind: "email", max: 254 },
    { name: "website", label: t("party.website"), max: 200, when: company },
    { name: "industry", label: t("party.industry"), max: 100, when: company },
    { name: "ownerId", label: common("list.owner"), kind: "member", hint: t("prospects.ownerHint") },
    { name: "territoryId", label: common("list.territory"), kind: "territory" },
    {
      name: "onDuplicate",
      label: t("prospects.onDuplicate"),
      kind: "choice",
      options: policies,
      placeholder: t("prospects.houseRule"),
    },
  ];
}
