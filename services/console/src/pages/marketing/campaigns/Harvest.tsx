import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import type { Campaign } from "../../../gen/baton/marketing/v1/campaign_pb";
import { LeadQuality } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import type { Money } from "../../../gen/baton/type/v1/money_pb";
import { money, number, percent } from "../../../i18n/format";

/** How many leads of a campaign there are, of one quality or of all; undefined until that is known. */
function useCount(campaignId: string, quality: LeadQuality) {
  const { data } = useRead(LeadService.method.listLeads, {
    pageSize: 1,
    count: true,
    quality,
    sourceKind: "CAMPAIGN",
    sourceId: campaignId,
  });
  return data && { count: Number(data.totalSize), capped: data.totalCapped };
}

/** What a campaign brought: its leads, how far they got, and what one of them takes of the budget. */
export function Harvest({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("marketing");
  const all = useCount(campaign.id, LeadQuality.UNSPECIFIED);
  const accepted = useCount(campaign.id, LeadQuality.ACCEPTED);
  const converted = useCount(campaign.id, LeadQuality.CONVERTED);
  const lost = useCount(campaign.id, LeadQuality.DISQUALIFIED);
  const share = (part: { count: number } | undefined) =>
    part && all && all.count > 0 && !all.capped ? percent(part.count / all.count) : "";
  const tiles = [
    { key: "all", quality: 0, count: all, hint: perLead(campaign.budget, all) },
    { key: "accepted", quality: LeadQuality.ACCEPTED, count: accepted, hint: share(accepted) },
    { key: "converted", quality: LeadQuality.CONVERTED, count: converted, hint: share(converted) },
    { key: "lost", quality: LeadQuality.DISQUALIFIED, count: lost, hint: share(lost) },
  ] as const;
  return (
    <section className="tiles" aria-label={t("harvest.title")}>
      {tiles.map((tile) => (
        <Link
          key={tile.key}
          className="panel tile"
          to="/leads"
          search={{
            sourceKind: "CAMPAIGN",
            sourceId: campaign.id,
            quality: tile.quality ? String(tile.quality) : undefined,
          }}
        >
          <span className="hint">{t(`harvest.${tile.key}`)}</span>
          <div className="figure num">
            {tile.count ? `${number(tile.count.count)}${tile.count.capped ? "+" : ""}` : "…"}
          </div>
          <span className="hint num">
            {tile.key === "all" ? tile.hint && t("harvest.perLead", { amount: tile.hint }) : tile.hint}
          </span>
        </Link>
      ))}
    </section>
  );
}

/** What one lead takes of the budget, to the minor unit; empty where that says nothing. */
function perLead(budget: Money | undefined, all: { count: number; capped: boolean } | undefined): string {
  if (!budget || !all || all.count === 0 || all.capped) return "";
  const n = BigInt(all.count);
  return money({ ...budget, amountMinor: (budget.amountMinor + n / 2n) / n });
}
