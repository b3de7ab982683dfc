import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Segmented } from "antd";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { isSignedOut } from "../api/refusal";
import { DoorError, signIn } from "../api/session";
import { Failure, Waiting } from "../blocks/states";
import { SessionService } from "../gen/baton/directory/v1/session_service_pb";
import { type Language, speak } from "../i18n";

let out = false;
const listeners = new Set<() => void>();

function tell(isOut: boolean) {
  out = isOut;
  for (const listener of listeners) listener();
}

/** Says that a service did not know the caller any more. */
export const signedOut = () => tell(true);

/** Lets people in who are signed in, and asks others to sign in. */
export function Door({ children }: { children: ReactNode }) {
  const isOut = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => out,
  );
  const me = useRead(SessionService.method.getMe, {}, { staleTime: 60_000 });
  if (isOut || isSignedOut(me.error)) return <SignIn again={me.data !== undefined} />;
  if (me.data) return children;
  return (
    <div className="door">
      {me.error ? <Failure error={me.error} retry={() => void me.refetch()} /> : <Waiting rows={4} />}
    </div>
  );
}

function SignIn({ again }: { again: boolean }) {
  const { t, i18n } = useTranslation();
  const cache = useQueryClient();
  const [told, setTold] = useState<string>();
  const [busy, setBusy] = useState(false);
  const enter = async ({ user, password }: { user: string; password: string }) => {
    setBusy(true);
    setTold(undefined);
    try {
      await signIn(user, password);
      await cache.resetQueries();
      tell(false);
    } catch (cause) {
      setTold(cause instanceof DoorError ? cause.message : t("error.passing"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="door">
      <h1>
        <img src="/logo.svg" alt="" width={28} height={28} /> {t("signIn.title")}
      </h1>
      {again && <p className="hint">{t("signIn.again")}</p>}
      {told && <Alert type="error" role="alert" title={told} />}
      <Form layout="vertical" onFinish={enter} requiredMark={false}>
        <Form.Item
          name="user"
          label={t("signIn.user")}
          rules={[{ required: true, message: t("form.required", { field: t("signIn.user") }) }]}
        >
          <Input autoFocus autoComplete="username" autoCapitalize="none" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("signIn.password")}
          rules={[{ required: true, message: t("form.required", { field: t("signIn.password") }) }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("signIn.submit")}
        </Button>
      </Form>
      <p className="hint">{t("signIn.hint")}</p>
      <Segmented
        aria-label={t("app.language")}
        value={i18n.language}
        onChange={(l) => void speak(l as Language)}
        options={[
          { value: "zh-CN", label: "中文" },
          { value: "en", label: "English" },
        ]}
      />
    </main>
  );
}
