import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { refresh, useCall } from "../../../api/calls";
import { FormDialog } from "../../../blocks/Form";
import { ReadOnly, type Secret, ShownOnce, useCopy } from "../../../blocks/ShownOnce";
import { useSay } from "../../../blocks/say";
import { Failure, Waiting } from "../../../blocks/states";
import { When } from "../../../blocks/When";
import { State } from "../../../blocks/words";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { SecondFactorState, SecondFactorStateSchema } from "../../../gen/baton/directory/v1/second_factor_pb";
import { SecondFactorService, type StartTotpResponse } from "../../../gen/baton/directory/v1/second_factor_service_pb";
import { lazyPart } from "../../../shell/lazyPart";
import { useMyFactor } from "./factor";

const QrCode = lazyPart(() => import("./QrCode").then((m) => m.QrCode));

const PASSWORD_MAX = 128;

type Asked = "start" | "remove";

/** What the reader shows besides his password when he signs in. */
export function MyFactor({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const { data, error, refetch } = useMyFactor(member);
  const [asked, setAsked] = useState<Asked>();
  const [begun, setBegun] = useState<StartTotpResponse>();
  const [codes, setCodes] = useState<Secret>();
  const factor = data?.secondFactor;
  const active = factor?.state === SecondFactorState.ACTIVE;
  const close = () => setAsked(undefined);
  return (
    <section className="panel stack" aria-label={t("factor.title")}>
      <div className="bar">
        <h2>{t("factor.title")}</h2>
        {factor && <State of={SecondFactorStateSchema} value={factor.state} />}
        <span className="grow" />
        {factor &&
          (active ? (
            <Button danger onClick={() => setAsked("remove")}>
              {t("factor.remove")}
            </Button>
          ) : (
            <Button onClick={() => setAsked("start")}>{t("factor.start")}</Button>
          ))}
      </div>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!factor && !error && <Waiting rows={1} />}
      {active && (
        <p>
          {t("factor.since")} <When at={factor.confirmTime} exact /> ·{" "}
          {t("factor.left", { count: factor.recoveryCodesLeft })}
        </p>
      )}
      <p className="hint">{t("factor.means")}</p>
      <Start open={asked === "start"} onClose={close} onBegun={setBegun} />
      <Confirm begun={begun} onClose={() => setBegun(undefined)} onCodes={setCodes} />
      <Remove member={member} open={asked === "remove"} onClose={close} />
      <ShownOnce secret={codes} onClose={() => setCodes(undefined)} />
    </section>
  );
}

interface Props {
  open: boolean;
  onClose: () => void;
}

function Start({ open, onClose, onBegun }: Props & { onBegun: (begun: StartTotpResponse) => void }) {
  const { t } = useTranslation("admin");
  const start = useCall(SecondFactorService.method.startTotp);
  return (
    <FormDialog
      open={open}
      title={t("factor.start")}
      okText={t("factor.start")}
      intro={<p>{t("factor.startMeans")}</p>}
      fields={[{ name: "password", label: t("me.oldPassword"), kind: "password", required: true, max: PASSWORD_MAX }]}
      submit={async ({ password }) => onBegun(await start({ password }))}
      onClose={onClose}
    />
  );
}

interface ConfirmProps {
  begun: StartTotpResponse | undefined;
  onClose: () => void;
  onCodes: (codes: Secret) => void;
}

function Confirm({ begun, onClose, onCodes }: ConfirmProps) {
  const { t } = useTranslation(["admin", "common"]);
  const cache = useQueryClient();
  const copy = useCopy();
  const confirm = useCall(SecondFactorService.method.confirmTotp);
  const told = (label: string, text: string) => (
    <div className="copied">
      <span className="hint">{label}</span>
      <ReadOnly label={label} text={text} />
      <Button aria-label={t("factor.copy", { what: label })} onClick={() => void copy(text)}>
        {t("common:act.copy")}
      </Button>
    </div>
  );
  return (
    <FormDialog
      open={begun !== undefined}
      title={t("factor.confirm")}
      okText={t("factor.confirm")}
      intro={
        <div className="stack">
          <p>{t("factor.confirmMeans")}</p>
          {begun && <QrCode text={begun.uri} label={t("factor.picture")} />}
          {told(t("factor.secret"), begun?.secret ?? "")}
          {told(t("factor.uri"), begun?.uri ?? "")}
        </div>
      }
      fields={[{ name: "code", label: t("me.code"), hint: t("factor.codeHint"), required: true }]}
      submit={async ({ code }) => {
        const { recoveryCodes } = await confirm({ code });
        onCodes({
          title: t("factor.codes"),
          label: t("factor.codes"),
          intro: t("factor.codesMean"),
          text: recoveryCodes.join("\n"),
        });
        void refresh(cache);
      }}
      onClose={onClose}
    />
  );
}

function Remove({ member, open, onClose }: Props & { member: Member }) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const cache = useQueryClient();
  const remove = useCall(SecondFactorService.method.removeTotp);
  return (
    <FormDialog
      open={open}
      title={t("factor.remove")}
      okText={t("factor.remove")}
      danger
      intro={<p>{t("factor.removeMeans")}</p>}
      fields={[
        { name: "password", label: t("me.oldPassword"), kind: "password", required: true, max: PASSWORD_MAX },
        { name: "code", label: t("me.code"), hint: t("me.codeHint"), required: true },
      ]}
      submit={async ({ password, code }) => {
        await remove({ id: member.id, password, code });
        void refresh(cache);
        say.done(t("factor.removed"));
      }}
      onClose={onClose}
    />
  );
}
