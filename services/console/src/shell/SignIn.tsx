import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CODE_REQUIRED, DoorError, providers, signIn, wantsCode, wayTo } from "../api/session";
import { LanguageChoice } from "./LanguageChoice";

/** Longer than any code: people type recovery codes with blanks and dashes. */
const CODE_MAX = 40;

interface Props {
  /** The name, where it is known. */
  user?: string;
  /** Why he is asked. */
  said?: string;
  onIn: () => void;
}

interface Named {
  user: string;
  password: string;
  code?: string;
}

/** Ways to sign in elsewhere. */
function Elsewhere() {
  const { t } = useTranslation();
  // Nowhere, as long as that is not known; a door that does not answer is asked again.
  const { data: known = [] } = useQuery({ queryKey: ["providers"], queryFn: providers, staleTime: 60_000 });
  return known.map((provider) => (
    <Button key={provider.name} block href={wayTo(provider)}>
      {t("signIn.by", { provider: provider.displayName })}
    </Button>
  ));
}

/** Asks for name and password, and for a code where the member has a second factor; `onIn` is told once they are right. */
export function SignIn({ user: known, said, onIn }: Props) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [told, setTold] = useState<{ text: string; step?: boolean }>();
  const [busy, setBusy] = useState(false);
  const [coded, setCoded] = useState(false);
  const [form] = Form.useForm<Named>();
  const enter = async ({ user, password, code }: Named) => {
    setBusy(true);
    setTold(undefined);
    try {
      await signIn(user, password, code?.trim());
      await cache.resetQueries();
      onIn();
    } catch (cause) {
      // A code is good once, so the next try needs another; who mistyped his password is not asked for one.
      form.resetFields(["code"]);
      setCoded(wantsCode(cause));
      // To be asked for a code is the next step, nothing that went wrong.
      if (cause instanceof DoorError) setTold({ text: cause.message, step: cause.reason === CODE_REQUIRED });
      else setTold({ text: t("error.passing") });
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="door">
      <h1>
        <img src="/logo.svg" alt="" width={28} height={28} /> {t("signIn.title")}
      </h1>
      {said && <p className="hint">{said}</p>}
      {told && <Alert type={told.step ? "info" : "error"} role="alert" title={told.text} />}
      <Form form={form} layout="vertical" onFinish={enter} requiredMark={false} initialValues={{ user: known }}>
        <Form.Item
          name="user"
          label={t("signIn.user")}
          rules={[{ required: true, message: t("form.required", { field: t("signIn.user") }) }]}
        >
          <Input autoFocus={known === undefined} autoComplete="username" autoCapitalize="none" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("signIn.password")}
          rules={[{ required: true, message: t("form.required", { field: t("signIn.password") }) }]}
        >
          <Input.Password autoFocus={known !== undefined} autoComplete="current-password" />
        </Form.Item>
        {coded && (
          <Form.Item
            name="code"
            label={t("signIn.code")}
            extra={t("signIn.codeHint")}
            rules={[{ required: true, message: t("form.required", { field: t("signIn.code") }) }]}
          >
            <Input autoFocus autoComplete="one-time-code" autoCapitalize="none" maxLength={CODE_MAX} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("signIn.submit")}
        </Button>
      </Form>
      <Elsewhere />
      <p className="hint">{t("signIn.hint")}</p>
      <LanguageChoice />
    </main>
  );
}
