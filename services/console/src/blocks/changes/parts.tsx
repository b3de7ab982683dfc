import { useTranslation } from "react-i18next";
import { type Change, WayInSchema } from "../../gen/baton/type/v1/change_pb";
import { MemberName } from "../People";
import { useWords } from "../words";
import "../blocks.css";
import { ChangedValue } from "./ChangedValue";
import { isNothing, toldFields } from "./told";
import { useChangeWords } from "./useChangeWords";

/** Who did it: a member, or a service of its own accord. */
export function ChangedBy({ change }: { change: Change }) {
  const { t } = useTranslation("changes");
  const words = useChangeWords();
  if (change.memberId) return <MemberName id={change.memberId} />;
  return <>{change.byService ? words.service(change.byService) : t("system")}</>;
}

/** By which way he came in, and from where as far as that is shown. */
export function ChangedWay({ change }: { change: Change }) {
  const { t } = useTranslation("changes");
  const { word } = useWords();
  return (
    <>
      {word(WayInSchema, change.wayIn) || "—"}
      {change.address && <span className="hint after">{t("from", { address: change.address })}</span>}
    </>
  );
}

/** The fields that changed, what they were and what they became. */
export function ChangedFields({ change }: { change: Change }) {
  const { t } = useTranslation("changes");
  const { field } = useChangeWords();
  if (change.valuesHidden) {
    return (
      <>
        {change.fields.map((f) => field(f.field)).join(" · ")} <span className="hint">{t("hidden")}</span>
      </>
    );
  }
  const told = toldFields(change);
  if (told.length === 0) return <>—</>;
  return (
    <ul className="plain changes">
      {told.map((f) => (
        <li key={f.field}>
          <span className="hint">{field(f.field)}</span>{" "}
          {!isNothing(f.before) && (
            <>
              <ChangedValue field={f.field} value={f.before} />
              <span aria-hidden> → </span>
              <span className="sr">{t("became")}</span>{" "}
            </>
          )}
          {f.erased || f.hidden ? (
            <span className="hint">{t(f.erased ? "erased" : "withheld")}</span>
          ) : (
            <ChangedValue field={f.field} value={f.after} />
          )}
        </li>
      ))}
    </ul>
  );
}
