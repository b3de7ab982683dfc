import { useTranslation } from "react-i18next";
import { Access, useFirm } from "../../api/me";
import { useMembers, useTeams } from "../../api/names";
import type { Share } from "../../gen/baton/directory/v1/share_pb";
import { moment } from "../../i18n/format";

/** Words of shares. */
export function useShareWords() {
  const { t } = useTranslation("share");
  const members = useMembers();
  const teams = useTeams();
  const zone = useFirm()?.timeZone;
  return {
    /** To whom: "Li Lei", "Team North". */
    with: (to: Share["with"]) =>
      to.case === "teamId" ? t("teamOf", { name: teams.name(to.value) || "…" }) : members.name(to.value ?? "") || "…",
    /** For what, until when and by whom. */
    terms: (share: Share) =>
      [
        t(share.access === Access.WRITE ? "forWrite" : "forRead"),
        share.expireTime ? t("untilTime", { at: moment(share.expireTime, zone) }) : t("untilEnded"),
        t("by", { name: members.name(share.sharerId) || "…" }),
      ].join(" · "),
  };
}
