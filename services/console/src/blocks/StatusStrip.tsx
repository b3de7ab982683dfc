import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "./blocks.css";

/** A step of a life, and whether it is behind. */
export interface Step {
  key: string;
  label: string;
  stand: "done" | "partly" | "next" | "later";
  /** When, or how far. */
  hint?: ReactNode;
}

const SIGNS: Record<Step["stand"], string> = { done: "✓", partly: "◐", next: "●", later: "○" };

/** The steps of a life in their order: what is done, done in part, next and later. */
export function StatusStrip({ label, steps }: { label: string; steps: Step[] }) {
  const { t } = useTranslation("commerce");
  const at = steps.findIndex((s) => s.stand === "next" || s.stand === "partly");
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, i) => (
        <li key={step.key} className={step.stand} aria-current={i === at ? "step" : undefined}>
          <span aria-hidden className="sign">
            {SIGNS[step.stand]}
          </span>
          <span>{step.label}</span>
          <span className="sr">{t(`steps.${step.stand}`)}</span>
          {step.hint && <span className="hint num">{step.hint}</span>}
        </li>
      ))}
    </ol>
  );
}
