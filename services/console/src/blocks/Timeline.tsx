/** What was said and done about a record, and what is to be done. */
export function Timeline(_: { about: { kind: string; id: string }; partyId?: string }) {
  return null;
}
