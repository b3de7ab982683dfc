import { useTranslation } from "react-i18next";
import { useMe } from "../../api/me";
import { Waiting } from "../../blocks/states";
import { MyAccess } from "./me/MyAccess";
import { MyFactor } from "./me/MyFactor";
import { MyFunctions } from "./me/MyFunctions";
import { MyKeys } from "./me/MyKeys";
import { MyProfile } from "./me/MyProfile";

/** The reader himself: who he is, what he may do, his language, password, second factor, keys and sessions. */
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
          <MyKeys member={member} />
        </div>
        <div className="stack">
          <MyAccess member={member} />
          <MyFactor member={member} />
        </div>
      </div>
    </div>
  );
}
