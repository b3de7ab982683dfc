import type { ReactNode } from "react";

/** A record that fits what was typed. */
export interface Hit {
  key: string;
  label: string;
  hint?: ReactNode;
  run: () => void;
}

/** Records by name, number, phone or pinyin initials. */
export function useRecordHits(_text: string): { hits: Hit[]; away: string[] } {
  return { hits: [], away: [] };
}
