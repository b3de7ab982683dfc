import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DoorError, signIn, wantsCode } from "../api/session";
import { type Language, speak } from "../i18n";

/** Longer than any code: people type recovery codes with blanks and dashes. */
const CODE_MAX = 40;

interface Named {
  user: string;
  password: string;
  code?: string;
}

/** Asks for name and password, and for a code where the member has a second factor; `onIn` is told once they are right. */
export function SignIn({ again, onIn }: { again: boolean; onIn: () => void }) {
  const { t, i18n } = useTranslation();
  const cache = useQueryClient();
  const [told, setTold] = useState<string>();
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
      <Form form={form} layout="vertical" onFinish={enter} requiredMark={false}>
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
