import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { type GivenPassword, newPassword, PasswordShown } from "../password";
import { useAdminAct } from "../useAdminAct";
import { memberOf, useMemberFields } from "./fields";

interface Props {
  open: boolean;
  onClose: () => void;
}

/** Creates a member with a first password, which is shown once. */
export function CreateMember({ open, onClose }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const create = useAdminAct(MemberService.method.createMember);
  const setPassword = useAdminAct(MemberService.method.setPassword);
  const [given, setGiven] = useState<GivenPassword>();
  return (
    <>
      <FormDialog
        open={open}
        title={t("members.create")}
        okText={t("common:act.create")}
        prefix="member"
        intro={<p className="hint">{t("members.createHint")}</p>}
        fields={useMemberFields()}
        submit={async (filled) => {
          const { member } = await create({ member: memberOf(filled) });
          if (!member) return;
          const password = newPassword();
          try {
            await setPassword({ id: member.id, etag: member.etag, newPassword: password });
            setGiven({ name: member.name, password });
          } catch (cause) {
            // He is there all the same: a password can be set from his page.
            say.refused(cause);
          }
        }}
        onClose={onClose}
      />
      <PasswordShown given={given} onClose={() => setGiven(undefined)} />
    </>
  );
}
