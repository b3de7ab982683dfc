/** The field mask of a change: the names of its fields as the contracts write them. */
export const maskOf = (change: object): { paths: string[] } => ({
  paths: Object.keys(change).map((name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)),
});

/** What the fields of a change hold now: the way back from it. */
export function asBefore<Change extends object>(change: Change, now: { [K in keyof Change]?: Change[K] }): Change {
  return Object.fromEntries(Object.keys(change).map((k) => [k, now[k as keyof Change]])) as Change;
}
