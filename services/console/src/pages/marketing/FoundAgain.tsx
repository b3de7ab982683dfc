import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import { ObjectName } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { Pill } from "../../blocks/Pill";
import { useWords } from "../../blocks/words";
import { DuplicatePolicySchema } from "../../gen/baton/customer/v1/party_pb";

/** What becomes of a new customer that looks like a known one, where nobody decides otherwise. */
export function useHouseRule(): string {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  return t("looks.policy", { policy: word(DuplicatePolicySchema, useFirm()?.duplicatePolicy ?? 0) });
}

/** A known party that a new one turned out to look like. */
export interface LookAlike {
  partyId: string;
  visible: boolean;
  ownerId: string;
  /** Whether it was taken in place of the new one. */
  taken: boolean;
}

/** What new data turned out to look like, after it was saved. */
export function FoundAgain({ found }: { found: LookAlike[] }) {
  const { t } = useTranslation("marketing");
  return (
    <ul className="plain">
      {found.map((l) => (
        <li key={l.partyId} className="bar">
          {l.visible ? (
            <ObjectName kind="ACCOUNT" id={l.partyId} number />
          ) : (
            <span>
              {t("looks.closed")} <MemberName id={l.ownerId} />
            </span>
          )}
          <Pill tone={l.taken ? "success" : "warning"}>{l.taken ? t("looks.taken") : t("looks.similar")}</Pill>
        </li>
      ))}
    </ul>
  );
}
