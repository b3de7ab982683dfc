/** The records of the list that was shown last, so that a record's page knows its neighbours. */
const KEY = "baton.trail";

export function keepTrail(addresses: string[]): void {
  sessionStorage.setItem(KEY, JSON.stringify(addresses));
}

/** The neighbours of a record in the list that it was opened from. */
export function neighbours(address: string): { previous?: string; next?: string } {
  try {
    const trail = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as string[];
    const at = trail.indexOf(address);
    return at < 0 ? {} : { previous: trail[at - 1], next: trail[at + 1] };
  } catch {
    return {};
  }
}
