import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { isMasked } from "../../../api/mask";
import { RecordLink } from "../../../blocks/Objects";
import { MemberName, TerritoryName } from "../../../blocks/People";
import { Email, Phone, Website } from "../../../blocks/Reach";
import { Details } from "../../../blocks/RecordPage";
import { SourceName } from "../../../blocks/SourceName";
import { When } from "../../../blocks/When";
import { State, useWords } from "../../../blocks/words";
import { ChannelSchema } from "../../../gen/baton/customer/v1/channel_pb";
import type { Contact } from "../../../gen/baton/customer/v1/contact_pb";
import { type Party, PartyTypeSchema, VerificationOutcomeSchema } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";
import { number } from "../../../i18n/format";

/** Everything that is known of a prospect, for whoever calls him. The heading takes the focus when the prospect changes. */
export function ProspectSheet({ party, contacts }: { party: Party; contacts: Contact[] }) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  const head = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each prospect anew
  useEffect(() => head.current?.focus(), [party.id]);
  return (
    <section className="panel stack" aria-label={t("verify.prospect")}>
      <div className="bar">
        <h2 ref={head} tabIndex={-1} className="name">
          {party.name}
        </h2>
        <span className="hint">
          <RecordLink kind="ACCOUNT" id={party.id}>
            {party.number}
          </RecordLink>{" "}
          {word(PartyTypeSchema, party.type)}
        </span>
      </div>
      <div className="dial">
        <Phone number={party.phone} masked={isMasked(party, "phone")} />
      </div>
      {contacts.length > 0 && (
        <ul className="plain">
          {contacts.map((c) => (
            <li key={c.id} className="bar">
              <span>{c.name}</span>
              <span className="hint">{c.jobTitle}</span>
              {c.phone && <Phone number={c.phone} masked={isMasked(c, "phone")} />}
            </li>
          ))}
        </ul>
      )}
      <Details
        rows={[
          {
            label: t("party.email"),
            known: party.email,
            value: <Email address={party.email} masked={isMasked(party, "email")} />,
          },
          { label: t("party.website"), known: party.website, value: <Website address={party.website} /> },
          { label: t("party.industry"), known: party.industry, value: party.industry },
          { label: t("party.employees"), known: party.employees, value: number(party.employees) },
          { label: t("party.country"), known: party.country, value: party.country },
          { label: t("party.owner"), known: party.ownerId, value: <MemberName id={party.ownerId} /> },
          { label: t("party.territory"), known: party.territoryId, value: <TerritoryName id={party.territoryId} /> },
          { label: t("party.source"), known: party.source, value: <SourceName source={party.source} /> },
        ].filter((row) => row.known)}
      />
      <Attempts party={party} />
    </section>
  );
}

function Attempts({ party }: { party: Party }) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  const { data } = useRead(
    PartyService.method.listVerifications,
    { partyId: party.id, pageSize: 10 },
    { enabled: party.verificationCount > 0 },
  );
  if (party.verificationCount === 0) return <p className="hint">{t("party.neverTried")}</p>;
  return (
    <>
      <h2>{t("party.attemptsOf", { count: party.verificationCount })}</h2>
      <ul className="plain">
        {(data?.verifications ?? []).map((v) => (
          <li key={v.id} className="bar">
            <State of={VerificationOutcomeSchema} value={v.outcome} />
            <span>{word(ChannelSchema, v.channel)}</span>
            <span className="hint">
              <MemberName id={v.verifierId} /> <When at={v.createTime} />
            </span>
            {v.evidence && <span>{v.evidence}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
