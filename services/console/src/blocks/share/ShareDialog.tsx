import { Code, ConnectError } from "@connectrpc/connect";
import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { Access, useFirm, useMe } from "../../api/me";
import { useTeams } from "../../api/names";
import { refusal } from "../../api/refusal";
import type { Share } from "../../gen/baton/directory/v1/share_pb";
import { ShareService } from "../../gen/baton/directory/v1/share_service_pb";
import { instant } from "../../i18n/zone";
import { useDo } from "../doing";
import { type Field, FormDialog } from "../Form";
import { MemberPick } from "../pick";
import { PresentShares } from "./PresentShares";
import { useShareWords } from "./useShareWords";

interface Props {
  open: boolean;
  onClose: () => void;
  kind: string;
  id: string;
  title: string;
}

/** Shows a record to a member or a team, and tells to whom it is shown already. */
export function ShareDialog({ open, onClose, kind, id, title }: Props) {
  const { t } = useTranslation("share");
  const { done } = useDo();
  const said = useShareWords();
  const zone = useFirm()?.timeZone;
  const create = useAct(ShareService.method.createShare);
  const revoke = useAct(ShareService.method.revokeShare);
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={t("title", { name: title })}
      okText={t("do")}
      prefix="share"
      intro={<p className="hint">{t(kind === "ACCOUNT" ? "intro_party" : "intro")}</p>}
      fields={useFields()}
      initial={{ to: "memberId", access: Access.READ }}
      more={() => <PresentShares kind={kind} id={id} enabled={open} />}
      submit={async (filled) => {
        const to: Share["with"] =
          filled.to === "teamId"
            ? { case: "teamId", value: filled.teamId }
            : { case: "memberId", value: filled.memberId };
        const expireTime = instant(filled.expireTime, zone);
        try {
          const answer = await create.mutateAsync({
            share: { record: { kind, id }, with: to, access: filled.access, expireTime },
          });
          const made = answer.share;
          done(t("done", { name: said.with(to) }), () => revoke.mutateAsync({ id: made?.id, etag: made?.etag }));
        } catch (cause) {
          if (refusal(cause).code !== Code.PermissionDenied) throw cause;
          // The service says that he may not; here it is known of what, so it can be said why.
          throw new ConnectError(t("denied"), Code.PermissionDenied);
        }
      }}
    />
  );
}

function useFields(): Field[] {
  const { t } = useTranslation("share");
  const me = useMe();
  const teams = useTeams().active;
  return [
    {
      name: "to",
      label: t("with"),
      kind: "choice",
      required: true,
      options: [
        { value: "memberId", label: t("withMember") },
        { value: "teamId", label: t("withTeam") },
      ],
    },
    {
      name: "memberId",
      label: t("member"),
      required: true,
      control: <MemberPick only={(member) => member !== me.id} />,
      when: (v) => v.to === "memberId",
    },
    {
      name: "teamId",
      label: t("team"),
      kind: "choice",
      required: true,
      options: teams.map((team) => ({ value: team.id, label: team.name })),
      when: (v) => v.to === "teamId",
    },
    {
      name: "access",
      label: t("access"),
      kind: "choice",
      required: true,
      options: [
        { value: Access.READ, label: t("read") },
        { value: Access.WRITE, label: t("write") },
      ],
    },
    { name: "expireTime", label: t("until"), kind: "moment", hint: t("untilHint") },
  ];
}
