import { Code } from "@connectrpc/connect";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { refusal } from "../../api/refusal";
import { useAsk } from "../../blocks/ask";
import { InlineEdit } from "../../blocks/InlineEdit";
import { ObjectName } from "../../blocks/Objects";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Details, RecordPage } from "../../blocks/RecordPage";
import { SourceName } from "../../blocks/SourceName";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  ContactChannelSchema,
  DisqualifyReasonSchema,
  LeadQualitySchema,
  type Lead as LeadRecord,
} from "../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../gen/baton/marketing/v1/lead_service_pb";
import { lazyDialog } from "../../shell/lazyPart";
import { useLeadActs } from "./lead/acts";
import { ContactCard } from "./lead/ContactCard";
import { ConversionNotice } from "./lead/ConversionNotice";
import { useStanding } from "./lead/standing";
import { useConversion } from "./lead/useConversion";
import { useLeadVerbs } from "./lead/verbs";
import { ResponseClock, Waited } from "./leads/clock";
import { Whereabouts } from "./leads/columns";

const ConvertDialog = lazyDialog(() => import("./lead/ConvertDialog").then((m) => m.ConvertDialog));

/** A lead: what it is, where it stands, what may be done. */
export function Lead() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { t } = useTranslation();
  const read = useRead(LeadService.method.getLead, { id });
  const lead = read.data?.lead;
  const isClosed = read.error !== null && refusal(read.error).code === Code.NotFound;
  if (lead && !isClosed) return <Shown key={lead.id} lead={lead} />;
  return (
    <div className="page">
      {read.isPending ? (
        <Waiting rows={10} />
      ) : isClosed ? (
        // Whoever hands a lead on may not be allowed to follow it.
        <Empty
          title={lead ? t("error.handedOn") : t("error.notFound")}
          action={<Link to="/leads">{t("nav.leads")}</Link>}
        />
      ) : (
        <Failure error={read.error} retry={() => void read.refetch()} />
      )}
    </div>
  );
}

function Shown({ lead }: { lead: LeadRecord }) {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const handed = useRead(LeadService.method.listLeadHandoffs, { leadId: lead.id });
  const handoffs = handed.data?.handoffs ?? [];
  const conversion = useConversion(lead);
  const [converting, setConverting] = useState(false);
  const { ask, dialog } = useAsk();
  const verbs = useLeadVerbs(lead, handoffs, ask, () => setConverting(true));
  return (
    <>
      <RecordPage
        kind="LEAD"
        id={lead.id}
        title={lead.title}
        number={lead.number}
        list={{ label: t("leads.pageTitle"), to: "/leads" }}
        state={
          <>
            <State of={LeadQualitySchema} value={lead.quality} />
            <Whereabouts lead={lead} />
          </>
        }
        notice={conversion && <ConversionNotice lead={lead} conversion={conversion} />}
        highlights={[
          { label: t("lead.party"), value: <ObjectName kind="ACCOUNT" id={lead.partyId} /> },
          { label: common("list.owner"), value: <MemberName id={lead.ownerId} /> },
          { label: common("list.territory"), value: <TerritoryName id={lead.territoryId} /> },
          { label: t("lead.responseDue"), value: <ResponseClock lead={lead} /> },
          { label: t("lead.waiting"), value: <Waited lead={lead} /> },
          { label: t("lead.became"), value: <Became lead={lead} /> },
        ]}
        verbs={verbs}
        tabs={[{ key: "overview", label: t("lead.overview"), children: <Overview lead={lead} /> }]}
        handoffs={handoffs}
        partyId={lead.partyId}
      />
      <ConvertDialog lead={lead} open={converting} onClose={() => setConverting(false)} />
      {dialog}
    </>
  );
}

function Became({ lead }: { lead: LeadRecord }) {
  if (lead.opportunityId) return <ObjectName kind="OPPORTUNITY" id={lead.opportunityId} number />;
  if (lead.projectId) return <ObjectName kind="PROJECT" id={lead.projectId} number />;
  return <>—</>;
}

function Overview({ lead }: { lead: LeadRecord }) {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const { word } = useWords();
  const act = useLeadActs(lead);
  const able = useStanding(lead, []).why.edit === undefined;
  return (
    <div className="columns">
      <section className="panel stack" aria-label={t("lead.message")}>
        <Details
          rows={[
            {
              label: t("lead.title"),
              value: (
                <InlineEdit
                  kind="text"
                  label={t("lead.title")}
                  value={lead.title}
                  max={200}
                  able={able}
                  save={(title) => act.write({ title })}
                >
                  {lead.title}
                </InlineEdit>
              ),
            },
            {
              label: t("lead.need"),
              value: (
                <InlineEdit
                  kind="area"
                  label={t("lead.need")}
                  value={lead.need}
                  max={2000}
                  able={able}
                  save={(need) => act.write({ need })}
                >
                  <span className="said">{lead.need || "—"}</span>
                </InlineEdit>
              ),
            },
            {
              label: common("list.source"),
              value: <SourceName source={lead.source} />,
            },
            {
              label: t("lead.followUpPlan"),
              value: lead.followUpPlan && <span className="said">{lead.followUpPlan}</span>,
            },
            { label: t("lead.channel"), value: word(ContactChannelSchema, lead.contactChannel) },
            ...(lead.disqualifyReason
              ? [
                  {
                    label: t("lead.disqualifyReason"),
                    value: [word(DisqualifyReasonSchema, lead.disqualifyReason), lead.disqualifyNote]
                      .filter(Boolean)
                      .join(" · "),
                  },
                ]
              : []),
            ...(lead.external
              ? [{ label: t("lead.external"), value: `${lead.external.system} · ${lead.external.id}` }]
              : []),
            { label: t("lead.cameIn"), value: <When at={lead.createTime} exact /> },
            { label: t("lead.identified"), value: <When at={lead.identifyTime} exact /> },
            { label: t("lead.contacted"), value: <When at={lead.contactTime} exact /> },
            { label: t("lead.accepted"), value: <When at={lead.acceptTime} exact /> },
            { label: t("lead.closed"), value: <When at={lead.closeTime} exact /> },
          ]}
        />
      </section>
      <ContactCard partyId={lead.partyId} contactId={lead.contactId} />
    </div>
  );
}
