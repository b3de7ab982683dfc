import { useMemo, useSyncExternalStore } from "react";

/** The colours of the page as concrete values: a chart cannot read variables. */
export interface Ink {
  text: string;
  fonts: string;
  quiet: string;
  line: string;
  paper: string;
  accent: string;
  soft: string;
  success: string;
  warning: string;
  danger: string;
}

function subscribe(tell: () => void) {
  const watch = new MutationObserver(tell);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-look", "lang"] });
  return () => watch.disconnect();
}

function read(): Ink {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: of("--ink"),
    fonts: of("--fonts"),
    quiet: of("--ink-2"),
    line: of("--line"),
    paper: of("--paper"),
    accent: of("--accent"),
    soft: of("--neutral-bg"),
    success: of("--success-ink"),
    warning: of("--warning-ink"),
    danger: of("--danger-ink"),
  };
}

/** The colours of the page as it looks now. */
export function useInk(): Ink {
  const shown = useSyncExternalStore(subscribe, () => {
    const { dataset, lang } = document.documentElement;
    return `${dataset.look} ${lang}`;
  });
  // The values change with the look and the language, and with nothing else.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(read, [shown]);
}
