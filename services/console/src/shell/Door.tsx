import { type ReactNode, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { isSignedOut } from "../api/refusal";
import { Failure, Waiting } from "../blocks/states";
import { SessionService } from "../gen/baton/directory/v1/session_service_pb";
import { lazyPart } from "./lazyPart";

/** Most people come with a session. */
const SignIn = lazyPart(() => import("./SignIn").then((m) => m.SignIn));
/** Few are asked to set up a second factor, and once. */
const Enrol = lazyPart(() => import("./Enrol").then((m) => m.Enrol));

let out = false;
const listeners = new Set<() => void>();

function tell(isOut: boolean) {
  out = isOut;
  for (const listener of listeners) listener();
}

/** Says that a service did not know the caller any more. */
export const signedOut = () => tell(true);

/** Lets people in who are signed in, and asks others to sign in, or to set up what is demanded of them. */
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
  // It is due until it is set up, and its page stays until he has taken his recovery codes.
  const due = me.data?.secondFactorDue ?? false;
  const [enrolling, setEnrolling] = useState(false);
  if (due && !enrolling) setEnrolling(true);
  if (isOut || isSignedOut(me.error)) return <SignIn said={me.data && t("signIn.again")} onIn={() => tell(false)} />;
  if (enrolling && me.data?.member)
    return <Enrol member={me.data.member} done={!due} onDone={() => setEnrolling(false)} />;
  if (me.data) return children;
  return (
    <div className="door">
      {me.error ? <Failure error={me.error} retry={() => void me.refetch()} /> : <Waiting rows={4} />}
    </div>
  );
}
