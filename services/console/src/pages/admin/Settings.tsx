import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { SettingsService } from "../../gen/baton/directory/v1/settings_service_pb";
import "./admin.css";
import { Retention } from "./settings/Retention";
import { SettingsForm } from "./settings/SettingsForm";

/** What holds for the whole firm. */
export function Settings() {
  const { t } = useTranslation(["admin", "common"]);
  const { data, error, refetch } = useRead(SettingsService.method.getSettings, {});
  return (
    <div className="page">
      <h1>{t("common:nav.settings")}</h1>
      <p className="hint">
        {t("settings.intro")} {t("common:list.updated")} <When at={data?.settings?.updateTime} exact />
      </p>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting rows={10} />}
      {data?.settings && <SettingsForm settings={data.settings} />}
      <Retention />
    </div>
  );
}
