/** What was said and done about a record, and what is to be done. */
export function Timeline(_: { about: { kind: string; id: string }; partyId?: string }) {
  return null;
}

/** Asks what was said or done, and keeps it. */
export function LogInteraction(_: { open: boolean; onClose: () => void }) {
  return null;
}
