import { useState } from "react";
import { useTranslation } from "react-i18next";
import { maskOf } from "../../../api/mask";
import { useMe } from "../../../api/me";
import { FormDialog } from "../../../blocks/Form";
import { type Verb, VerbBar } from "../../../blocks/RecordPage";
import { type Secret, ShownOnce } from "../../../blocks/ShownOnce";
import { useSay } from "../../../blocks/say";
import { type Member, MemberState } from "../../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { changed } from "../changed";
import { CreateLeaver } from "../leaver/CreateLeaver";
import { useAdminAct } from "../useAdminAct";
import { filledOf, memberOf, useMemberFields } from "./fields";
import { PasswordLinkDialog } from "./PasswordLinkDialog";

type Asked = "edit" | "deactivate" | "reactivate" | "password" | "sessions" | "leave";

/** What may be done with a member. */
export function MemberVerbs({ member, wide = true }: { member: Member; wide?: boolean }) {
  const { t } = useTranslation(["admin", "common"]);
  const me = useMe();
  const [asked, setAsked] = useState<Asked>();
  const [link, setLink] = useState<Secret>();
  const active = member.state === MemberState.ACTIVE;
  const inactive = active ? undefined : t("members.why.inactive");
  const verb = (key: Asked, why: string | undefined, more: Partial<Verb> = {}): Verb => ({
    key,
    label: t(key === "edit" ? "common:act.edit" : `members.verb.${key}`),
    why,
    run: () => setAsked(key),
    ...more,
  });
  const close = () => setAsked(undefined);
  return (
    <>
      <VerbBar
        wide={wide}
        verbs={[
          verb("edit", undefined, { primary: true }),
          verb("password", inactive ?? (member.id === me.id ? t("members.why.ownPassword") : undefined)),
          verb("sessions", inactive),
          // Also of who is deactivated: what he holds may still be with him.
          verb("leave", undefined),
          active ? verb("deactivate", undefined, { danger: true }) : verb("reactivate", undefined, { primary: true }),
        ]}
      />
      <EditMember member={member} open={asked === "edit"} onClose={close} />
      <TurnMember member={member} open={asked === "deactivate" || asked === "reactivate"} onClose={close} />
      <PasswordLinkDialog member={member} open={asked === "password"} onClose={close} onMade={setLink} />
      <RevokeSessions member={member} open={asked === "sessions"} onClose={close} />
      <CreateLeaver memberId={member.id} open={asked === "leave"} onClose={close} />
      <ShownOnce secret={link} onClose={() => setLink(undefined)} />
    </>
  );
}

interface DialogProps {
  member: Member;
  open: boolean;
  onClose: () => void;
}

function EditMember({ member, open, onClose }: DialogProps) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const update = useAdminAct(MemberService.method.updateMember);
  return (
    <FormDialog
      open={open}
      pairs
      width={600}
      title={t("members.edit", { name: member.displayName })}
      prefix="member"
      fields={useMemberFields()}
      initial={filledOf(member)}
      submit={async (filled) => {
        const change = changed(filledOf(member), filled);
        if (!change) return;
        await update({
          member: { id: member.id, ...memberOf(filled) },
          updateMask: maskOf(change),
          etag: member.etag,
        });
        say.done(t("common:act.saved"));
      }}
      onClose={onClose}
    />
  );
}

function TurnMember({ member, open, onClose }: DialogProps) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const deactivate = useAdminAct(MemberService.method.deactivateMember);
  const reactivate = useAdminAct(MemberService.method.reactivateMember);
  const active = member.state === MemberState.ACTIVE;
  const verb = active ? "deactivate" : "reactivate";
  const said = { name: member.displayName };
  return (
    <FormDialog
      open={open}
      title={t(`members.${verb}.title`, said)}
      okText={t(`members.verb.${verb}`)}
      danger={active}
      intro={<p>{t(`members.${verb}.means`)}</p>}
      fields={[]}
      submit={async () => {
        const [act, back] = active ? [deactivate, reactivate] : [reactivate, deactivate];
        const answer = await act({ id: member.id, etag: member.etag });
        const undo = () => void back({ id: member.id, etag: answer.member?.etag }).catch(say.refused);
        say.done(t(`members.${verb}.done`, said), undo);
      }}
      onClose={onClose}
    />
  );
}

function RevokeSessions({ member, open, onClose }: DialogProps) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const revoke = useAdminAct(MemberService.method.revokeSessions);
  return (
    <FormDialog
      open={open}
      title={t("members.sessions.title", { name: member.displayName })}
      okText={t("members.verb.sessions")}
      intro={<p>{t("members.sessions.means")}</p>}
      fields={[]}
      submit={async () => {
        await revoke({ id: member.id, etag: member.etag });
        say.done(t("members.sessions.done", { name: member.displayName }));
      }}
      onClose={onClose}
    />
  );
}
