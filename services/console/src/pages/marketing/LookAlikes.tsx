import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { text, useRead, useSettled } from "../../api/calls";
import { useFirm } from "../../api/me";
import { ObjectName } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { Pill } from "../../blocks/Pill";
import { State, useWords } from "../../blocks/words";
import {
  type Duplicate,
  DuplicatePolicySchema,
  IdentityKeyKindSchema,
  PartyStateSchema,
  type PartyType,
} from "../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../gen/baton/customer/v1/party_service_pb";

/** What a customer is told apart by. */
export interface Identity {
  type: PartyType;
  name?: string;
  phone?: string;
  email?: string;
  website?: string;
}

/** The known parties that share an identity with what is being typed. */
export function useLookAlikes(identity: Identity | undefined): Duplicate[] {
  const said = {
    type: identity?.type,
    name: identity?.name?.trim() ?? "",
    phone: identity?.phone?.trim() ?? "",
    email: identity?.email?.trim() ?? "",
    website: identity?.website?.trim() ?? "",
  };
  const asked = useSettled(said);
  const enabled = identity !== undefined && Boolean(asked.name || asked.phone || asked.email || asked.website);
  const found = useRead(PartyService.method.probeDuplicates, asked, { enabled, staleTime: 30_000 });
  return enabled && text(asked) === text(said) ? (found.data?.duplicates ?? []) : [];
}

/** Known parties that look like the one that is being made, before it is made; one of them can be taken instead. */
export function LookAlikes(props: { found: Duplicate[]; take?: (found: Duplicate) => void }) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  const policy = useFirm()?.duplicatePolicy ?? 0;
  if (props.found.length === 0) return null;
  return (
    <section className="notice warning" aria-live="polite" aria-label={t("looks.title")}>
      <strong>{t("looks.count", { count: props.found.length })}</strong>
      <ul className="plain">
        {props.found.map((d) => (
          <li key={d.partyId} className="bar">
            {d.visible ? (
              <>
                <ObjectName kind="ACCOUNT" id={d.partyId} number />
                <State of={PartyStateSchema} value={d.state} />
              </>
            ) : (
              <span>
                {t("looks.closed")} <MemberName id={d.ownerId} />
              </span>
            )}
            <span className="hint">{d.matched.map((m) => word(IdentityKeyKindSchema, m)).join(" · ")}</span>
            {props.take && d.visible && (
              <Button size="small" onClick={() => props.take?.(d)}>
                {t("looks.take")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className="hint">{t("looks.policy", { policy: word(DuplicatePolicySchema, policy) })}</p>
    </section>
  );
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
