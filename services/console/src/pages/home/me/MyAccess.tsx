import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { newId } from "../../../api/ids";
import { signIn } from "../../../api/session";
import { FormDialog } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { signedOut } from "../../../shell/Door";

const PASSWORD_MAX = 128;

/** The reader's password and sessions. */
export function MyAccess({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const [asked, setAsked] = useState<"password" | "sessions">();
  const close = () => setAsked(undefined);
  return (
    <section className="panel stack" aria-label={t("me.access")}>
      <h2>{t("me.access")}</h2>
      <div>
        <Button onClick={() => setAsked("password")}>{t("me.changePassword")}</Button>
        <p className="hint">{t("me.passwordMeans")}</p>
      </div>
      <div>
        <Button danger onClick={() => setAsked("sessions")}>
          {t("me.signOutEverywhere")}
        </Button>
        <p className="hint">{t("me.sessionsMean")}</p>
      </div>
      <ChangePassword member={member} open={asked === "password"} onClose={close} />
      <SignOutEverywhere member={member} open={asked === "sessions"} onClose={close} />
    </section>
  );
}

interface Props {
  member: Member;
  open: boolean;
  onClose: () => void;
}

function ChangePassword({ member, open, onClose }: Props) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const cache = useQueryClient();
  const transport = useTransport();
  return (
    <FormDialog
      open={open}
      title={t("me.changePassword")}
      okText={t("me.changePassword")}
      intro={<p className="hint">{t("me.passwordRules")}</p>}
      fields={[
        { name: "oldPassword", label: t("me.oldPassword"), kind: "password", max: PASSWORD_MAX },
        { name: "newPassword", label: t("me.newPassword"), kind: "password", required: true, max: PASSWORD_MAX },
      ]}
      submit={async ({ oldPassword = "", newPassword }) => {
        const { id, etag } = member;
        const asked = { id, etag, oldPassword, newPassword, requestId: newId() };
        // Nothing is read anew in between: all sessions end by this, and this browser goes on with a new one.
        await callUnaryMethod(transport, MemberService.method.setPassword, asked);
        await signIn(member.name, newPassword);
        await cache.invalidateQueries();
        say.done(t("me.passwordChanged"));
      }}
      onClose={onClose}
    />
  );
}

function SignOutEverywhere({ member, open, onClose }: Props) {
  const { t } = useTranslation("admin");
  const transport = useTransport();
  return (
    <FormDialog
      open={open}
      title={t("me.signOutEverywhere")}
      okText={t("me.signOutEverywhere")}
      danger
      intro={<p>{t("me.sessionsMean")}</p>}
      fields={[]}
      submit={async () => {
        const asked = { id: member.id, etag: member.etag, requestId: newId() };
        await callUnaryMethod(transport, MemberService.method.revokeSessions, asked);
        signedOut();
      }}
      onClose={onClose}
    />
  );
}
