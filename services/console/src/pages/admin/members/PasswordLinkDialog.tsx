import { useTranslation } from "react-i18next";
import { useCall } from "../../../api/calls";
import { refusal } from "../../../api/refusal";
import { FormDialog } from "../../../blocks/Form";
import type { Secret } from "../../../blocks/ShownOnce";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { PasswordLinkPurpose } from "../../../gen/baton/directory/v1/password_link_pb";
import { PasswordLinkService } from "../../../gen/baton/directory/v1/password_link_service_pb";
import { useLinkShown } from "./linkShown";

interface Props {
  member: Member;
  open: boolean;
  onClose: () => void;
  onMade: (made: Secret) => void;
}

/** Makes a link by which a member sets his password himself: an invitation if he has none yet, else to reset it. */
export function PasswordLinkDialog({ member, open, onClose, onMade }: Props) {
  const { t } = useTranslation("admin");
  const shown = useLinkShown();
  const create = useCall(PasswordLinkService.method.createPasswordLink);
  const make = async () => {
    const memberId = member.id;
    try {
      return await create({ memberId, purpose: PasswordLinkPurpose.RESET });
    } catch (cause) {
      // Only the directory knows who has a password.
      if (refusal(cause).reason !== "MEMBER_HAS_NO_PASSWORD") throw cause;
      return await create({ memberId, purpose: PasswordLinkPurpose.INVITATION });
    }
  };
  return (
    <FormDialog
      open={open}
      title={t("signIn.link.ask", { name: member.displayName })}
      okText={t("signIn.link.make")}
      intro={<p>{t("signIn.link.means")}</p>}
      fields={[]}
      submit={async () => {
        onMade(shown(member.name, await make()));
      }}
      onClose={onClose}
    />
  );
}
