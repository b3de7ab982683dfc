import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import type { Refusal } from "../../../api/refusal";
import { Money } from "../../../blocks/Money";
import { ObjectName } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { Pill } from "../../../blocks/Pill";
import { useWords } from "../../../blocks/words";
import { ContactService } from "../../../gen/baton/customer/v1/contact_service_pb";
import {
  ContactAction,
  ContactActionSchema,
  type ConversionPreview,
  ConversionTarget,
  type DuplicateParty,
  OpportunityAction,
  OpportunityActionSchema,
  PartyAction,
  PartyActionSchema,
} from "../../../gen/baton/marketing/v1/conversion_pb";
import { LeadQualitySchema } from "../../../gen/baton/marketing/v1/lead_pb";
import { day } from "../../../i18n/format";

interface Props {
  preview: ConversionPreview | undefined;
  refused: Refusal | undefined;
  newContact: string;
  link: (partyId: string) => void;
}

/** What a conversion would do, as its choices stand. */
export function Preview({ preview: p, refused, newContact, link }: Props) {
  const { t } = useTranslation("marketing");
  const { word, handoff } = useWords();
  return (
    <section className="panel stack" aria-label={t("preview.title")} aria-live="polite">
      <h2>{t("preview.title")}</h2>
      {refused && (
        <Alert
          type="warning"
          title={refused.text}
          description={
            refused.violations.length > 0 && (
              <ul>
                {refused.violations.map((v) => (
                  <li key={v.field + v.reason}>
                    {v.field}: {v.text}
                  </li>
                ))}
              </ul>
            )
          }
        />
      )}
      {!p && !refused && <p className="hint">{t("preview.waiting")}</p>}
      {p && !refused && (
        <ol className="plain">
          <li>
            <strong>{t("preview.party")}</strong>
            <div className="bar">
              <Pill tone={p.partyAction === PartyAction.LINK ? "warning" : "info"}>
                {word(PartyActionSchema, p.partyAction)}
              </Pill>
              <ObjectName kind="ACCOUNT" id={p.partyId} />
            </div>
            {p.duplicates.length > 0 && <Duplicates found={p.duplicates} link={link} />}
          </li>
          <li>
            <strong>{t("preview.contact")}</strong>
            <div className="bar">
              <Pill tone="info">{word(ContactActionSchema, p.contactAction)}</Pill>
              {p.contactAction === ContactAction.CREATE && newContact}
              {p.contactId && <ContactName id={p.contactId} />}
            </div>
          </li>
          <li>
            <strong>{t("preview.becomes")}</strong>
            <Successor preview={p} />
          </li>
          {p.skippedQualities.length + p.skippedHandoffs.length > 0 && (
            <li>
              <strong>{t("preview.alongside")}</strong>
              <div className="bar">
                {p.skippedQualities.map((q) => (
                  <Pill key={q}>{word(LeadQualitySchema, q)}</Pill>
                ))}
                {p.skippedHandoffs.map((h) => (
                  <Pill key={h}>{handoff(h)}</Pill>
                ))}
              </div>
              <p className="hint">{t("preview.alongsideHint")}</p>
            </li>
          )}
        </ol>
      )}
    </section>
  );
}

function Duplicates({ found, link }: { found: DuplicateParty[]; link: (partyId: string) => void }) {
  const { t } = useTranslation("marketing");
  return (
    <div className="notice warning">
      <strong>{t("looks.count", { count: found.length })}</strong>
      <ul className="plain">
        {found.map((d) => (
          <li key={d.partyId} className="bar">
            {d.visible ? (
              <ObjectName kind="ACCOUNT" id={d.partyId} />
            ) : (
              <span>
                {t("looks.closed")} <MemberName id={d.ownerId} />
              </span>
            )}
            {d.visible && d.account && (
              <Button size="small" onClick={() => link(d.partyId)}>
                {t("preview.linkInstead")}
              </Button>
            )}
            {d.visible && !d.account && <span className="hint">{t("preview.notAccount")}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Successor({ preview: p }: { preview: ConversionPreview }) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  if (p.opportunityAction === OpportunityAction.JOIN) {
    return (
      <div className="bar">
        <Pill tone="info">{word(OpportunityActionSchema, p.opportunityAction)}</Pill>
        <ObjectName kind="OPPORTUNITY" id={p.joinOpportunityId} number />
      </div>
    );
  }
  const project = p.target === ConversionTarget.PROJECT;
  const draft = project ? p.project : p.opportunity;
  return (
    <>
      <div className="bar">
        <Pill tone="info">{project ? t("preview.project") : word(OpportunityActionSchema, p.opportunityAction)}</Pill>
        {draft?.name}
      </div>
      <div className="hint bar">
        <span>
          {t("preview.owner")} <MemberName id={project ? p.projectOwnerId : p.opportunityOwnerId} />
        </span>
        <Money of={draft?.amount} />
        {draft?.expectedCloseDate && <span className="num">{day(draft.expectedCloseDate)}</span>}
      </div>
    </>
  );
}

function ContactName({ id }: { id: string }) {
  const { data } = useRead(ContactService.method.getContact, { id });
  return <>{data?.contact?.name ?? "…"}</>;
}
