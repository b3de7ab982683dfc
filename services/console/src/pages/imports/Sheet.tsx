import type { ReactNode } from "react";

/** Lines of a file as a table that scrolls by itself. */
export function Sheet({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll" aria-label={label} tabIndex={0}>
      <table className={wide ? "sheet wide" : "sheet"}>{children}</table>
    </section>
  );
}
