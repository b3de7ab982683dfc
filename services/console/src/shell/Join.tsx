import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { Alert, Button, Form, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { refusal } from "../api/refusal";
import { signOut } from "../api/session";
import { onFields } from "../blocks/form/refused";
import { PasswordLinkService } from "../gen/baton/directory/v1/password_link_service_pb";
import { takeSecret } from "./joining";
import { LanguageChoice } from "./LanguageChoice";
import { SignIn } from "./SignIn";

const PASSWORD_MAX = 128;

interface Chosen {
  newPassword: string;
  again: string;
}

/** Where a member who holds a link sets his password, and then signs in with it. */
export function Join({ secret: given }: { secret: string }) {
  const { t } = useTranslation();
  const transport = useTransport();
  const [form] = Form.useForm<Chosen>();
  const [secret, setSecret] = useState(given);
  const [told, setTold] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [user, setUser] = useState<string>();
  useEffect(() => {
    // Another link that is opened in the same window loads nothing anew.
    const another = () => setSecret((before) => takeSecret() || before);
    addEventListener("hashchange", another);
    return () => removeEventListener("hashchange", another);
  }, []);
  const send = async ({ newPassword }: Chosen) => {
    setBusy(true);
    setTold(undefined);
    try {
      const method = PasswordLinkService.method.usePasswordLink;
      const answer = await callUnaryMethod(transport, method, { secret, newPassword });
      // Whoever was signed in here is not necessarily he.
      await signOut().catch(() => undefined);
      setUser(answer.user);
    } catch (cause) {
      const all = refusal(cause);
      const rest = onFields(form, [{ name: "newPassword", label: t("join.password") }], undefined, all);
      if (all.violations.length === 0 || rest.violations.length > 0) setTold(all.text);
    } finally {
      setBusy(false);
    }
  };
  if (user !== undefined) return <SignIn user={user} said={t("join.done")} onIn={() => location.replace("/")} />;
  return (
    <main className="door">
      <h1>
        <img src="/logo.svg" alt="" width={28} height={28} /> {t("join.title")}
      </h1>
      {told && <Alert type="error" role="alert" title={told} />}
      {secret ? (
        <Form form={form} layout="vertical" onFinish={send} requiredMark={false}>
          <NewPassword />
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t("join.submit")}
          </Button>
        </Form>
      ) : (
        <p>{t("join.noSecret")}</p>
      )}
      <a href="/">{t("join.signIn")}</a>
      <LanguageChoice />
    </main>
  );
}

/** The new password, typed twice. */
function NewPassword() {
  const { t } = useTranslation();
  const needed = (field: string) => ({ required: true, message: t("form.required", { field }) });
  return (
    <>
      <Form.Item
        name="newPassword"
        label={t("join.password")}
        extra={t("join.rules")}
        rules={[needed(t("join.password"))]}
      >
        <Input.Password autoFocus autoComplete="new-password" maxLength={PASSWORD_MAX} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("join.again")}
        dependencies={["newPassword"]}
        rules={[
          needed(t("join.again")),
          ({ getFieldValue }) => ({
            validator: (_, again) =>
              !again || again === getFieldValue("newPassword")
                ? Promise.resolve()
                : Promise.reject(new Error(t("join.differs"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={PASSWORD_MAX} />
      </Form.Item>
    </>
  );
}
