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
import { SecondFactorState } from "../../../gen/baton/directory/v1/second_factor_pb";
import { signedOut } from "../../../shell/Door";
import { useMyFactor } from "./factor";

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
  const coded = useMyFactor(member, open).data?.secondFactor?.state === SecondFactorState.ACTIVE;
  return (
    <FormDialog
      open={open}
      title={t("me.changePassword")}
      okText={t("me.changePassword")}
      intro={<p className="hint">{t("me.passwordRules")}</p>}
      fields={[
        { name: "oldPassword", label: t("me.oldPassword"), kind: "password", max: PASSWORD_MAX },
        { name: "newPassword", label: t("me.newPassword"), kind: "password", required: true, max: PASSWORD_MAX },
        ...(coded ? [{ name: "code", label: t("me.code"), hint: t("me.codeHint"), required: true }] : []),
      ]}
      submit={async ({ oldPassword = "", newPassword, code }) => {
        const { id, etag } = member;
        const asked = { id, etag, oldPassword, newPassword, requestId: newId() };
        // Nothing is read anew in between: all sessions end by this, and this browser goes on with a new one.
        await callUnaryMethod(transport, MemberService.method.setPassword, asked);
        try {
          await signIn(member.name, newPassword, code?.trim());
        } catch {
          // The password is set all the same: he signs in as from another browser.
          signedOut();
          return;
        }
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
