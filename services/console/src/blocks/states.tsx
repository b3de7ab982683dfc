import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { passing, refusal } from "../api/refusal";

/** What a page is for, while there is nothing on it, and one first step. */
export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {hint && <p className="hint">{hint}</p>}
      {action}
    </div>
  );
}

/** What went wrong, what is safe, and another try. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const told = refusal(error);
  return (
    <div className="failure" role="alert">
      <strong>{passing(error) ? t("error.passing") : t("error.refused")}</strong>
      <p className="hint">{told.text}</p>
      {passing(error) && <p className="hint">{t("error.safe")}</p>}
      {retry && <Button onClick={retry}>{t("act.retry")}</Button>}
    </div>
  );
}

/** The layout of a page while its content is on the way. */
export function Waiting({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div aria-busy="true" role="status" aria-label={t("state.loading")}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}
