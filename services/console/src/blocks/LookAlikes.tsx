import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { text, useRead, useSettled } from "../api/calls";
import {
  type Duplicate,
  IdentityKeyKindSchema,
  PartyStateSchema,
  type PartyType,
} from "../gen/baton/customer/v1/party_pb";
import { PartyService } from "../gen/baton/customer/v1/party_service_pb";
import { RecordLink } from "./Objects";
import { MemberName } from "./People";
import { State, useWords } from "./words";

/** What a customer is told apart by. */
export interface Identity {
  type?: PartyType;
  name?: string;
  phone?: string;
  email?: string;
  website?: string;
  country?: string;
}

/** What of it is far enough typed to be asked about: half a number would only be refused. */
const ripe = (i: Identity) => ({
  type: i.type,
  name: (i.name ?? "").trim().length > 1 ? (i.name ?? "").trim() : "",
  phone: /^[^A-Za-z]*(\d[^A-Za-z\d]*){7,}/.test(i.phone ?? "") ? (i.phone ?? "").trim() : "",
  email: /^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$/.test((i.email ?? "").trim()) ? (i.email ?? "").trim() : "",
  website: /\.[a-z]{2,}/i.test(i.website ?? "") ? (i.website ?? "").trim() : "",
  country: /^[A-Za-z]{2}$/.test((i.country ?? "").trim()) ? (i.country ?? "").trim() : "",
});

/** The known parties that share an identity with what is being typed, without the party itself. */
export function useLookAlikes(identity: Identity, except = ""): Duplicate[] {
  const said = ripe(identity);
  const asked = useSettled(said);
  const enabled = Boolean(asked.name || asked.phone || asked.email || asked.website);
  const found = useRead(PartyService.method.probeDuplicates, asked, { enabled, staleTime: 30_000 });
  const isOfThis = enabled && text(asked) === text(said);
  return isOfThis ? (found.data?.duplicates ?? []).filter((d) => d.partyId !== except) : [];
}

/** Known parties that look like this one: what they have in common, and who can be asked about those one may not open. */
export function LookAlikes(props: {
  found: Duplicate[];
  /** Takes the known one in place of the one that is being made. */
  take?: (found: Duplicate) => void;
  /** What happens if the reader goes on as it is. */
  hint?: string;
}) {
  const { found, take } = props;
  const { t } = useTranslation("customers");
  const { word } = useWords();
  if (found.length === 0) return null;
  return (
    <section className="panel" aria-live="polite" aria-label={t("looks.title")}>
      <strong>{t("looks.count", { count: found.length })}</strong>
      <ul className="plain">
        {found.map((d) => (
          <li key={d.partyId} className="bar">
            {d.visible ? (
              <>
                <RecordLink kind="ACCOUNT" id={d.partyId}>
                  {d.number} {d.name}
                </RecordLink>
                <State of={PartyStateSchema} value={d.state} />
              </>
            ) : (
              <span>{t("looks.closed")}</span>
            )}
            <span className="hint">{d.matched.map((m) => word(IdentityKeyKindSchema, m)).join(" · ")}</span>
            <span className="hint">
              {t("looks.owner")} <MemberName id={d.ownerId} />
            </span>
            {take && d.visible && (
              <Button size="small" onClick={() => take(d)}>
                {t("looks.take")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {props.hint && <p className="hint">{props.hint}</p>}
    </section>
  );
}
