import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { isSignedOut } from "../api/refusal";
import { Failure, Waiting } from "../blocks/states";
import { SessionService } from "../gen/baton/directory/v1/session_service_pb";
import { lazyPart } from "./lazyPart";

/** Most people come with a session. */
const SignIn = lazyPart(() => import("./SignIn").then((m) => m.SignIn));

let out = false;
const listeners = new Set<() => void>();

function tell(isOut: boolean) {
  out = isOut;
  for (const listener of listeners) listener();
}

/** Says that a service did not know the caller any more. */
export const signedOut = () => tell(true);

/** Lets people in who are signed in, and asks others to sign in. */
export function Door({ children }: { children: ReactNode }) {
  const isOut = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => out,
  );
  const { t } = useTranslation();
  const me = useRead(SessionService.method.getMe, {}, { staleTime: 60_000 });
  if (isOut || isSignedOut(me.error)) return <SignIn said={me.data && t("signIn.again")} onIn={() => tell(false)} />;
  if (me.data) return children;
  return (
    <div className="door">
      {me.error ? <Failure error={me.error} retry={() => void me.refetch()} /> : <Waiting rows={4} />}
    </div>
  );
}
