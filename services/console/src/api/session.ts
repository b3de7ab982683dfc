import i18next from "i18next";
import { OWN_PAGE } from "./transport";

/** What went wrong at the door, as the gateway told it in JSON. */
export class DoorError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

async function door(method: string, body?: unknown, at = "/session"): Promise<unknown> {
  const answer = await fetch(at, {
    method,
    headers: { ...OWN_PAGE, "content-type": "application/json", "accept-language": i18next.language },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = (await answer.json().catch(() => undefined)) as
    | { message?: string; details?: { reason?: string }[] }
    | undefined;
  if (!answer.ok) {
    const reason = told?.details?.find((d) => d.reason)?.reason ?? "UNKNOWN";
    throw new DoorError(answer.status, reason, told?.message ?? answer.statusText);
  }
  return told;
}

/** Signs in; the browser keeps the session as a cookie that no script can read. */
export const signIn = (user: string, password: string, code = "") => door("POST", { user, password, code });

/** Why somebody does not come in whose password was right, until he shows a code. */
export const CODE_REQUIRED = "SECOND_FACTOR_REQUIRED";

/** Whether the password was right and a code of the second factor is still needed, or was wrong. */
export const wantsCode = (cause: unknown) =>
  cause instanceof DoorError && (cause.reason === CODE_REQUIRED || cause.reason === "SECOND_FACTOR_WRONG");

/** Signs out here; other browsers stay signed in. */
export const signOut = () => door("DELETE");

/** Whether the demo company is there, and whether it can be taken away again. */
export interface DemoState {
  loaded: boolean;
  clearable: boolean;
}

/** Somewhere else where people sign in. */
export interface Provider {
  name: string;
  displayName: string;
}

/** Where else people sign in. */
export const providers = (): Promise<Provider[]> =>
  door("GET", undefined, "/sign-in").then((told) => (told as { providers?: Provider[] }).providers ?? []);

/** The way to a provider, and back to the page that is open. */
export const wayTo = (provider: Provider) => {
  const here = `${window.location.pathname}${window.location.search}`;
  return `/sign-in/${provider.name}?return_to=${encodeURIComponent(here)}`;
};

/** Tells about the demo company; undefined where this system cannot have one. */
export const demoState = () => door("GET", undefined, "/demo").catch(() => undefined) as Promise<DemoState | undefined>;

/** Loads the demo company: a few seconds. */
export const loadDemo = () => door("POST", undefined, "/demo") as Promise<DemoState>;

/** Puts the system back to what it was before; it starts anew by that. */
export const clearDemo = () => door("DELETE", undefined, "/demo");
