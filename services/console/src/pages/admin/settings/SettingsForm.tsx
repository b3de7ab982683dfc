import { Alert, Button, Form } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { maskOf } from "../../../api/mask";
import { isStale, refusal } from "../../../api/refusal";
import { Fields } from "../../../blocks/form/Fields";
import { onFields } from "../../../blocks/form/refused";
import { useSay } from "../../../blocks/say";
import type { Settings } from "../../../gen/baton/directory/v1/settings_pb";
import { SettingsService } from "../../../gen/baton/directory/v1/settings_service_pb";
import { changed } from "../changed";
import { useAdminAct } from "../useAdminAct";
import { Changes } from "./Changes";
import { type Filled, filledOf, SECTIONS, SETTINGS, type SectionName, useSettingFields } from "./fields";

/** All settings in one form; what would change is shown before it is saved. */
export function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const update = useAdminAct(SettingsService.method.updateSettings);
  const fields = useSettingFields();
  const [form] = Form.useForm<Filled>();
  const [base, setBase] = useState(settings);
  const [told, setTold] = useState<{ stale: boolean; text: string }>();
  const [busy, setBusy] = useState(false);
  const filled = (Form.useWatch([], form) ?? {}) as Partial<Filled>;
  const change = changed(filledOf(base), filled) as Partial<Filled> | undefined;
  const begin = (from: Settings) => {
    setBase(from);
    setTold(undefined);
    form.setFieldsValue(filledOf(from));
  };
  useEffect(() => {
    // What somebody else changed is taken up, unless something is filled in here.
    if (settings.etag !== base.etag && !change) begin(settings);
  });
  const write = (values: Filled, etag: string) =>
    update({
      settings: {
        ...values,
        erpSystem: values.erpSystem ?? "",
        secondFactorDemandedOf: values.secondFactorDemandedOf ?? [],
      },
      updateMask: maskOf(change ?? {}),
      etag,
    });
  const showFirstError = () => {
    const wrong = form.getFieldsError().find((f) => f.errors.length > 0);
    if (wrong) form.scrollToField(wrong.name, { block: "center", focus: true });
  };
  const save = async () => {
    const values = await form.validateFields().catch(() => undefined);
    if (!values) return showFirstError();
    setBusy(true);
    try {
      const saved = (await write(values, base.etag)).settings;
      const before = filledOf(base);
      if (saved) begin(saved);
      say.done(t("common:act.saved"), () => void write(before, saved?.etag ?? "").catch(say.refused));
    } catch (cause) {
      const refused = refusal(cause);
      const rest = onFields(form, Object.values(fields), "settings", refused).violations;
      const marked = refused.violations.length > 0 && rest.length === 0;
      setTold({ stale: isStale(cause), text: marked ? t("settings.marked") : refused.text });
      showFirstError();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form form={form} layout="vertical" initialValues={filledOf(base)} requiredMark={false} className="stack">
      {(Object.keys(SECTIONS) as SectionName[]).map((section) => (
        <section key={section} className="panel" aria-labelledby={`settings-${section}`}>
          <h2 id={`settings-${section}`}>{t(`settings.section.${section}`)}</h2>
          <p className="hint">{t(`settings.sectionHint.${section}`)}</p>
          <div className="setting-fields">
            <Fields form={form} fields={SECTIONS[section].map((name) => fields[name])} />
          </div>
        </section>
      ))}
      {change && (
        <section className="panel stack save-bar" aria-label={t("settings.changes")}>
          {told && (
            <Alert
              type={told.stale ? "warning" : "error"}
              role="alert"
              title={told.stale ? t("common:error.stale") : told.text}
              action={told.stale && <Button onClick={() => begin(settings)}>{t("common:error.staleReload")}</Button>}
            />
          )}
          <Changes
            fields={SETTINGS.filter((name) => name in change).map((name) => fields[name])}
            before={filledOf(base)}
            after={filled}
          />
          <div className="bar">
            <Button type="primary" loading={busy} onClick={() => void save()}>
              {t("common:act.save")}
            </Button>
            <Button onClick={() => begin(settings)}>{t("settings.discard")}</Button>
          </div>
        </section>
      )}
    </Form>
  );
}
