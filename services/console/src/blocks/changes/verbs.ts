/** How the verbs of each kind begin, the longer before what they begin with themselves. */
const STEMS: [string, string][] = [
  ["leaver_handover", "LEAVER_HANDOVER"],
  ["password_link", "PASSWORD_LINK"],
  ["second_factor", "SECOND_FACTOR"],
  ["project_task", "PROJECT_TASK"],
  ["saved_view", "SAVED_VIEW"],
  ["interaction", "INTERACTION"],
  ["opportunity", "OPPORTUNITY"],
  ["department", "DEPARTMENT"],
  ["placement", "PLACEMENT"],
  ["follow_up", "FOLLOW_UP"],
  ["territory", "TERRITORY"],
  ["campaign", "CAMPAIGN"],
  ["contract", "CONTRACT"],
  ["prospect", "ACCOUNT"],
  ["identity", "IDENTITY"],
  ["settings", "SETTINGS"],
  ["account", "ACCOUNT"],
  ["api_key", "API_KEY"],
  ["contact", "CONTACT"],
  ["handoff", "HANDOFF"],
  ["process", "PROCESS"],
  ["export", "EXPORT"],
  ["product", "PRODUCT"],
  ["project", "PROJECT"],
  ["session", "SESSION"],
  ["member", "MEMBER"],
  ["grant", "GRANT"],
  ["order", "ORDER"],
  ["party", "ACCOUNT"],
  ["share", "SHARE"],
  ["lead", "LEAD"],
  ["team", "TEAM"],
];

/** A verb as events have it, taken apart: "opportunity_won" is "won" of an opportunity. */
export function verbParts(verb: string): { kind?: string; did: string } {
  const found = STEMS.find(([stem]) => verb.startsWith(`${stem}_`));
  return found ? { kind: found[1], did: verb.slice(found[0].length + 1) } : { did: verb };
}

/** The name of an event's message as the audit has it: "OpportunityWon" is "opportunity_won". */
export const verbOf = (message: string) =>
  message.replace(/[A-Z]/g, (c, at: number) => `${at > 0 ? "_" : ""}${c.toLowerCase()}`);
