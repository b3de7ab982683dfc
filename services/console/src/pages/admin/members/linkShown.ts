import { useTranslation } from "react-i18next";
import { useFirm } from "../../../api/me";
import type { Secret } from "../../../blocks/ShownOnce";
import { PasswordLinkPurpose } from "../../../gen/baton/directory/v1/password_link_pb";
import type { CreatePasswordLinkResponse } from "../../../gen/baton/directory/v1/password_link_service_pb";
import { moment } from "../../../i18n/format";
import { joinAddress } from "../../../shell/joining";

/** A link that was made for a member, as it is shown once. */
export function useLinkShown(): (user: string, made: CreatePasswordLinkResponse) => Secret {
  const { t } = useTranslation("admin");
  const zone = useFirm()?.timeZone;
  return (user, { secret, passwordLink }) => ({
    title: t(passwordLink?.purpose === PasswordLinkPurpose.INVITATION ? "signIn.link.invitation" : "signIn.link.reset"),
    label: t("signIn.link.link"),
    intro: t("signIn.link.once"),
    text: joinAddress(secret),
    beside: [
      { label: t("members.name"), value: user },
      { label: t("signIn.link.until"), value: moment(passwordLink?.expireTime, zone) },
    ],
  });
}
