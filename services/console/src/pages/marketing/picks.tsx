import { Form, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { PartyPick, type Picked } from "../../blocks/pick";
import { useWords } from "../../blocks/words";
import { ContactState } from "../../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../../gen/baton/customer/v1/contact_service_pb";
import { CampaignService } from "../../gen/baton/marketing/v1/campaign_service_pb";
import type { Source } from "../../gen/baton/type/v1/source_pb";

/** Picks a person at a party. */
export function ContactPick({ partyId, ...props }: Picked & { partyId: string }) {
  const { t } = useTranslation("marketing");
  const found = useRead(
    ContactService.method.listContacts,
    { partyId, state: ContactState.ACTIVE, pageSize: 200 },
    { enabled: partyId !== "" },
  );
  const options = (found.data?.contacts ?? []).map((c) => ({
    value: c.id,
    label: [c.name, c.jobTitle, c.phone].filter(Boolean).join(" · "),
  }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={found.isFetching}
      placeholder={partyId ? t("pick.contact") : t("pick.partyFirst")}
      notFoundContent={t("pick.noContacts")}
      {...props}
      value={props.value || undefined}
      options={options}
    />
  );
}

/** Picks a person at the party that another field of the form names. */
export function ContactOfPick({ party, ...props }: Picked & { party: string }) {
  const partyId = Form.useWatch(party) as string | undefined;
  return <ContactPick {...props} partyId={partyId ?? ""} />;
}

/** Picks a campaign. */
export function CampaignPick(props: Picked) {
  const { t } = useTranslation("marketing");
  const found = useRead(CampaignService.method.listCampaigns, { pageSize: 200 });
  const options = (found.data?.campaigns ?? []).map((c) => ({ value: c.id, label: `${c.name} · ${c.number}` }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={found.isFetching}
      placeholder={t("pick.campaign")}
      {...props}
      value={props.value || undefined}
      options={options}
    />
  );
}

/** What a person says of where something came from. */
export type SourceSaid = Pick<Source, "kind" | "id">;

const KINDS = ["DIRECT", "CAMPAIGN", "CALL", "ACCOUNT"];

/** Says where something came from: kind, and which one of that kind. */
export function SourcePick(props: { id?: string; value?: SourceSaid; onChange?: (value: SourceSaid) => void }) {
  const { t } = useTranslation("marketing");
  const { kind: word } = useWords();
  const kind = props.value?.kind || "DIRECT";
  const of = props.value?.id ?? "";
  const write = (id: string | undefined) => props.onChange?.({ kind, id: id ?? "" });
  return (
    <Space.Compact block>
      <Select
        id={props.id}
        value={kind}
        onChange={(next) => props.onChange?.({ kind: next, id: "" })}
        options={KINDS.map((k) => ({ value: k, label: word(k) }))}
        style={{ width: 132, flex: "none" }}
      />
      {kind === "CAMPAIGN" && <CampaignPick value={of} onChange={write} />}
      {kind === "ACCOUNT" && <PartyPick value={of} onChange={write} placeholder={t("pick.referrer")} />}
      {kind === "CALL" && (
        <Input
          value={of}
          maxLength={200}
          aria-label={t("pick.call")}
          placeholder={t("pick.call")}
          onChange={(e) => write(e.target.value)}
        />
      )}
    </Space.Compact>
  );
}
