import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { Access, Duty, useMe } from "../../../api/me";
import type { Party } from "../../../gen/baton/customer/v1/party_pb";
import { CampaignService } from "../../../gen/baton/marketing/v1/campaign_service_pb";

const KEY = "baton.script";

/** What to say: the agent's own words, kept in this browser, with the names filled in; and what the campaign is about. */
export function Script({ party, contact }: { party: Party; contact: string }) {
  const { t } = useTranslation("marketing");
  const me = useMe();
  const [own, setOwn] = useState(() => localStorage.getItem(KEY) ?? "");
  const [editing, setEditing] = useState(false);
  const campaignId = party.source?.kind === "CAMPAIGN" ? party.source.id : "";
  const enabled = campaignId !== "" && me.can(Duty.MARKETING, Access.READ);
  const campaign = useRead(CampaignService.method.getCampaign, { id: campaignId }, { enabled }).data?.campaign;
  const script = own || t("verify.script");
  const told = script
    .replaceAll("{company}", party.name)
    .replaceAll("{contact}", contact || t("verify.sirOrMadam"))
    .replaceAll("{me}", me.member?.displayName ?? "");
  const keep = (text: string) => {
    localStorage.setItem(KEY, text);
    setOwn(text);
  };
  return (
    <section className="panel stack" aria-label={t("verify.scriptTitle")}>
      <div className="bar">
        <h2>{t("verify.scriptTitle")}</h2>
        <span className="grow" />
        <Button size="small" onClick={() => setEditing(!editing)}>
          {editing ? t("verify.scriptDone") : t("verify.scriptEdit")}
        </Button>
      </div>
      {editing ? (
        <>
          <Input.TextArea
            autoFocus
            aria-label={t("verify.scriptTitle")}
            autoSize={{ minRows: 6 }}
            value={script}
            onChange={(e) => keep(e.target.value)}
          />
          <p className="hint">{t("verify.scriptHint")}</p>
        </>
      ) : (
        <p className="said">{told}</p>
      )}
      {campaign?.description && (
        <>
          <h2>{campaign.name}</h2>
          <p className="said">{campaign.description}</p>
        </>
      )}
    </section>
  );
}
