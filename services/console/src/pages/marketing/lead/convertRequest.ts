import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Values } from "../../../blocks/Form";
import type { Lead } from "../../../gen/baton/marketing/v1/lead_pb";
import type { ConvertLeadRequestSchema } from "../../../gen/baton/marketing/v1/lead_service_pb";

/** What a lead is to become. */
export type Goal = "opportunity" | "join" | "project";

/** Which person is taken along: the lead's own, another one who is known, or a new one. */
export type ContactMode = "own" | "known" | "new";

const said = (value: unknown) => (typeof value === "string" ? value : "");

/** The request that the filled-in dialog stands for. */
export function convertRequest(lead: Lead, v: Values): MessageInitShape<typeof ConvertLeadRequestSchema> {
  const goal = v.goal as Goal;
  const channel = v["verification.channel"] as number | undefined;
  const evidence = said(v["verification.evidence"]);
  const isNew = v.contactMode === "new" && said(v["newContact.name"]) !== "";
  const isKnown = v.contactMode === "known" && said(v.contactId) !== "";
  return {
    id: lead.id,
    etag: lead.etag,
    linkPartyId: said(v.linkPartyId),
    verification: !v.linkPartyId && (channel || evidence) ? { channel, evidence } : undefined,
    contact: isKnown
      ? { case: "contactId", value: said(v.contactId) }
      : isNew
        ? {
            case: "newContact",
            value: {
              name: said(v["newContact.name"]),
              jobTitle: said(v["newContact.jobTitle"]),
              phone: said(v["newContact.phone"]),
              email: said(v["newContact.email"]),
            },
          }
        : undefined,
    opportunity:
      goal === "opportunity"
        ? {
            name: said(v["opportunity.name"]),
            processId: said(v["opportunity.processId"]),
            amount: v["opportunity.amount"],
            expectedCloseDate: said(v["opportunity.expectedCloseDate"]),
          }
        : undefined,
    joinOpportunityId: goal === "join" ? said(v.joinOpportunityId) : "",
    project:
      goal === "project"
        ? {
            name: said(v["project.name"]),
            amount: v["project.amount"],
            probabilityPercent: (v["project.probabilityPercent"] as number | null | undefined) ?? undefined,
            expectedCloseDate: said(v["project.expectedCloseDate"]),
          }
        : undefined,
  };
}
