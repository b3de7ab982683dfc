import { Progress } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  step: number;
  of: number;
  state: "running" | "done" | "refused";
  /** Why it was refused, as a sentence. */
  why?: string;
}

/** How far a piece of work over several services is: "2 of 4". */
export function OperationProgress({ title, step, of, state, why }: Props) {
  const { t } = useTranslation();
  return (
    <div className="operation" role="status" aria-live="polite">
      <strong>{title}</strong> <span className="num">{t("progress.step", { step, of })}</span>
      <Progress
        percent={of === 0 ? 0 : Math.round((step / of) * 100)}
        steps={of}
        showInfo={false}
        status={state === "refused" ? "exception" : state === "done" ? "success" : "active"}
        aria-label={title}
      />
      {state === "running" && <p className="hint">{t("progress.goesOn")}</p>}
      {why && <p role="alert">{why}</p>}
    </div>
  );
}
