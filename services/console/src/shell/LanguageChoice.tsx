import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { type Language, speak } from "../i18n";

/** The languages by their own names, for who is not signed in. */
export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <Segmented
      aria-label={t("app.language")}
      value={i18n.language}
      onChange={(l) => void speak(l as Language)}
      options={[
        { value: "zh-CN", label: "中文" },
        { value: "en", label: "English" },
      ]}
    />
  );
}
