import type { ReactNode } from "react";

export type Tone = "neutral" | "info" | "success" | "warning" | "danger";

const SIGNS: Record<Tone, string> = { neutral: "○", info: "●", success: "✓", warning: "▲", danger: "✕" };

/** A short word in one of five tones, with a sign: colour alone says nothing. */
export function Pill({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={`pill ${tone}`}>
      <span aria-hidden className="sign">
        {SIGNS[tone]}
      </span>
      {children}
    </span>
  );
}
