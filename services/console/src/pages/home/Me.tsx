import { useTranslation } from "react-i18next";
import { useMe } from "../../api/me";
import { Waiting } from "../../blocks/states";
import { MyAccess } from "./me/MyAccess";
import { MyFunctions } from "./me/MyFunctions";
import { MyProfile } from "./me/MyProfile";

/** The reader himself: who he is, what he may do, his language, password and sessions. */
export function Me() {
  const { t } = useTranslation("admin");
  const { member } = useMe();
  if (!member) return <Waiting rows={8} />;
  return (
    <div className="page">
      <h1>{t("me.title", { name: member.displayName || member.name })}</h1>
      <div className="columns">
        <div className="stack">
          <MyProfile member={member} />
          <MyFunctions />
        </div>
        <div className="stack">
          <MyAccess member={member} />
        </div>
      </div>
    </div>
  );
}
