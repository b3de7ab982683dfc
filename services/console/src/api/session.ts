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

async function door(method: string, body?: unknown): Promise<unknown> {
  const answer = await fetch("/session", {
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
export const signIn = (user: string, password: string) => door("POST", { user, password });

/** Signs out here; other browsers stay signed in. */
export const signOut = () => door("DELETE");
