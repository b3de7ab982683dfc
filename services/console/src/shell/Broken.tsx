import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { PageAway } from "./lazyPage";

/** How often it is asked whether a system that went away is back. */
const LOOK_EVERY_MS = 2_000;

/** In place of a page that threw: what happened, what is safe, another try. */
export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation();
  // The page itself could not be fetched: nothing is wrong with it.
  const isAway = error instanceof PageAway;
  useEffect(() => {
    if (!isAway) return;
    const timer = setInterval(() => {
      void fetch("/readyz").then(
        (ready) => ready.ok && location.reload(),
        () => undefined,
      );
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isAway]);
  return (
    <div className="page" role="alert">
      <h1>{isAway ? t("error.passing") : t("app.broken")}</h1>
      <p>{isAway ? `${t("error.unreachable")} ${t("error.safe")}` : t("app.brokenHint")}</p>
      <div>
        <Button onClick={() => location.reload()}>{t("app.reload")}</Button>
      </div>
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
