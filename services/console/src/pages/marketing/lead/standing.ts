import { useTranslation } from "react-i18next";
import { Access, Duty, useFirm, useMe } from "../../../api/me";
import { type Lead, LeadQuality as Q, LeadRouting as R } from "../../../gen/baton/marketing/v1/lead_pb";
import { type Handoff, HandoffState } from "../../../gen/baton/type/v1/handoff_pb";

type VerbKey =
  | "identify"
  | "contact"
  | "accept"
  | "route"
  | "assign"
  | "receive"
  | "return"
  | "withdraw"
  | "disqualify"
  | "reopen"
  | "convert"
  | "edit";

/** Why each verb of a lead cannot be used now, as a sentence; undefined where it can. And which one moves it on. */
export function useStanding(
  lead: Lead,
  handoffs: Handoff[],
): { why: Record<VerbKey, string | undefined>; next: VerbKey } {
  const { t } = useTranslation("marketing");
  const me = useMe();
  const firm = useFirm();
  const may = (...duties: Duty[]) => duties.some((d) => me.can(d, Access.WRITE));
  const right = (...duties: Duty[]) => (may(...duties) ? undefined : t("why.right"));
  const first = (...whys: (string | undefined | false)[]) => whys.find((w) => w) || undefined;
  const works = right(Duty.MARKETING, Duty.ROUTING, Duty.SALES);
  const closed =
    lead.quality === Q.CONVERTING
      ? t("why.converting")
      : lead.quality === Q.CONVERTED
        ? t("why.converted")
        : lead.quality === Q.DISQUALIFIED
          ? t("why.disqualified")
          : undefined;

  const offer = lead.offered ? handoffs.findLast((h) => h.state === HandoffState.OFFERED) : undefined;
  const toMe = offer && (offer.toMemberId ? offer.toMemberId === me.id : may(Duty.ROUTING));
  const answer = first(
    right(Duty.ROUTING, Duty.SALES),
    closed,
    !offer && t("why.notOffered"),
    !toMe && t("why.offeredToOther"),
  );
  // Who acts for marketing and for sales hands over to himself: he may convert whatever he may see.
  const both = may(Duty.MARKETING) && may(Duty.SALES);
  const withSalesperson = lead.routing === R.WITH_SALESPERSON;
  const why: Record<VerbKey, string | undefined> = {
    identify: first(works, closed, lead.quality !== Q.NEW && t("why.alreadyIdentified")),
    contact: first(
      works,
      closed,
      lead.quality === Q.NEW && t("why.notIdentified"),
      lead.quality >= Q.CONTACTED && t("why.alreadyContacted"),
    ),
    accept: first(
      works,
      closed,
      lead.quality < Q.CONTACTED && t("why.notContacted"),
      lead.quality >= Q.ACCEPTED && t("why.alreadyAccepted"),
    ),
    route: first(right(Duty.MARKETING, Duty.ROUTING), closed, withSalesperson && t("why.withSalesperson")),
    assign: first(right(Duty.ROUTING), closed),
    receive: answer,
    return: answer,
    withdraw: first(
      right(Duty.MARKETING, Duty.ROUTING),
      closed,
      !offer && t("why.notOffered"),
      offer?.fromMemberId !== me.id && t("why.offeredByOther"),
    ),
    disqualify: first(works, closed),
    reopen: first(works, lead.quality !== Q.DISQUALIFIED && t("why.open")),
    convert: first(
      right(Duty.SALES),
      closed,
      firm?.salesEnabled === false && t("why.noSales"),
      !both && !(withSalesperson && lead.ownerId === me.id) && t("why.notYoursToConvert"),
      !both && lead.quality !== Q.ACCEPTED && t("why.notAccepted"),
    ),
    edit: first(works, closed),
  };
  const line: VerbKey[] = ["receive", "reopen"];
  if (lead.quality === Q.NEW) line.push("identify");
  if (lead.routing === R.UNROUTED) line.push("route");
  if (lead.routing === R.WITH_MANAGER) line.push("assign");
  line.push("contact", "accept", "convert");
  return { why, next: line.find((key) => !why[key]) ?? "edit" };
}
