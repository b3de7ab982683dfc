/** Signs that somebody is there who is about to do something. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

/** What is to be fetched at the first sign; undefined once there was one. */
let waiting: Set<() => void> | undefined = new Set();

const whenIdle = (fetch: () => void) =>
  "requestIdleCallback" in window ? requestIdleCallback(fetch, { timeout: 500 }) : setTimeout(fetch, 50);

function begin(): void {
  for (const sign of SIGNS) removeEventListener(sign, begin);
  const wanted = waiting ?? [];
  waiting = undefined;
  // What the sign itself asks for goes first.
  for (const fetch of wanted) whenIdle(fetch);
}

// Parts are declared where there is no window too: in tests of what they hold.
if (typeof window !== "undefined") for (const sign of SIGNS) addEventListener(sign, begin, { passive: true });

/**
 * Fetches what is not shown yet but may be wanted at any moment, as a dialog is: after the page, and before it is asked for. While
 * nobody moves a mouse, touches or presses a key there is nothing that could ask for it.
 */
export function fetchAhead(fetch: () => void): void {
  if (waiting) waiting.add(fetch);
  else whenIdle(fetch);
}
