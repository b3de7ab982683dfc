import { Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import type { FieldTold } from "../../blocks/Form";
import { PartyPick, type Picked } from "../../blocks/pick";
import { useWords } from "../../blocks/words";
import { CampaignService } from "../../gen/baton/marketing/v1/campaign_service_pb";
import type { Source } from "../../gen/baton/type/v1/source_pb";

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
export function SourcePick(props: FieldTold & { value?: SourceSaid; onChange?: (value: SourceSaid) => void }) {
  const { t } = useTranslation("marketing");
  const { kind: word } = useWords();
  const { value: _, onChange: __, ...told } = props;
  const kind = props.value?.kind || "DIRECT";
  const of = props.value?.id ?? "";
  const write = (id: string | undefined) => props.onChange?.({ kind, id: id ?? "" });
  return (
    <Space.Compact block>
      <Select
        {...told}
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
