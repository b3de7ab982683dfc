/** Where people set their passwords themselves, by a link that they were given. */
const PLACE = "/join";

/** The address that a member is given to set his password by. */
export const joinAddress = (secret: string) => `${location.origin}${PLACE}#${secret}`;

/** Takes the secret out of the address bar, so that neither history nor a shared screen keeps it; undefined on any other page. */
export function takeSecret(): string | undefined {
  if (location.pathname !== PLACE) return undefined;
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(history.state, "", PLACE);
  return secret;
}
