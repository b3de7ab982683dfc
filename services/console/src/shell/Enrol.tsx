import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { signOut } from "../api/session";
import type { Member } from "../gen/baton/directory/v1/member_pb";
import { MyFactor } from "../pages/home/me/MyFactor";
import { signedOut } from "./Door";
import { LanguageChoice } from "./LanguageChoice";

interface Props {
  member: Member;
  /** Whether it is set up. */
  done: boolean;
  onDone: () => void;
}

/** Has somebody set up the second factor that is demanded of him: until then there is no other page for him. */
export function Enrol({ member, done, onDone }: Props) {
  const { t } = useTranslation();
  const leave = () => void signOut().finally(signedOut);
  return (
    <main className="door">
      <h1>
        <img src="/logo.svg" alt="" width={28} height={28} /> {t("signIn.due")}
      </h1>
      <p>{t("signIn.dueMeans")}</p>
      <MyFactor member={member} />
      <Button type="primary" block disabled={!done} onClick={onDone}>
        {t("signIn.goOn")}
      </Button>
      <Button block onClick={leave}>
        {t("signIn.leave")}
      </Button>
      <LanguageChoice />
    </main>
  );
}
