/** The field mask of a change: the names of its fields as the contracts write them. */
export const maskOf = (change: object): { paths: string[] } => ({
  paths: Object.keys(change).map((name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)),
});

/** What the fields of a change hold now: the way back from it. */
export function asBefore<Change extends object>(change: Change, now: { [K in keyof Change]?: Change[K] }): Change {
  return Object.fromEntries(Object.keys(change).map((k) => [k, now[k as keyof Change]])) as Change;
}

/** A record some fields of which its reader may see masked. */
interface Veiled {
  maskedFields: string[];
}

/** Whether a reader sees a field masked, by its name in the contract. */
export const isMasked = (record: Veiled, field: string): boolean => record.maskedFields.includes(field);

/** What is said of a record without what its reader sees masked: he can neither change that nor look for it. */
export const seenOf = <Said extends object>(record: Veiled, said: Said): Partial<Said> =>
  Object.fromEntries(Object.entries(said).filter(([field]) => !isMasked(record, field))) as Partial<Said>;
