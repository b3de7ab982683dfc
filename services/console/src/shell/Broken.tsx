import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Empty } from "../blocks/states";

/** In place of a page that threw: what happened, what is safe, another try. */
export function Broken() {
  const { t } = useTranslation();
  return (
    <div className="page" role="alert">
      <Empty
        title={t("app.broken")}
        hint={t("app.brokenHint")}
        action={<Button onClick={() => location.reload()}>{t("app.reload")}</Button>}
      />
    </div>
  );
}

/** In place of a page that there is not. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1>{t("app.notFound")}</h1>
      <p>
        {t("app.notFoundHint")} <Link to="/">{t("app.home")}</Link>
      </p>
    </div>
  );
}
