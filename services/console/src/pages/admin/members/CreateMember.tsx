import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCall } from "../../../api/calls";
import { FormDialog } from "../../../blocks/Form";
import { type Secret, ShownOnce } from "../../../blocks/ShownOnce";
import { useSay } from "../../../blocks/say";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { PasswordLinkPurpose } from "../../../gen/baton/directory/v1/password_link_pb";
import { PasswordLinkService } from "../../../gen/baton/directory/v1/password_link_service_pb";
import { useAdminAct } from "../useAdminAct";
import { memberOf, useMemberFields } from "./fields";
import { useLinkShown } from "./linkShown";

interface Props {
  open: boolean;
  onClose: () => void;
}

/** Creates a member and invites him: by a link that is shown once he sets his first password himself. */
export function CreateMember({ open, onClose }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const create = useAdminAct(MemberService.method.createMember);
  const invite = useCall(PasswordLinkService.method.createPasswordLink);
  const shown = useLinkShown();
  const [invitation, setInvitation] = useState<Secret>();
  return (
    <>
      <FormDialog
        open={open}
        pairs
        width={600}
        title={t("members.create")}
        okText={t("common:act.create")}
        prefix="member"
        intro={<p className="hint">{t("members.createHint")}</p>}
        fields={useMemberFields()}
        submit={async (filled) => {
          const { member } = await create({ member: memberOf(filled) });
          if (!member) return;
          try {
            const link = await invite({ memberId: member.id, purpose: PasswordLinkPurpose.INVITATION });
            setInvitation(shown(member.name, link));
          } catch (cause) {
            // He is there all the same: a link can be made on his page.
            say.refused(cause);
          }
        }}
        onClose={onClose}
      />
      <ShownOnce secret={invitation} onClose={() => setInvitation(undefined)} />
    </>
  );
}
