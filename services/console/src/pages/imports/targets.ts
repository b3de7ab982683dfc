import { Duty } from "../../api/me";
import { PartyTypeSchema } from "../../gen/baton/customer/v1/party_pb";
import { DisqualifyReasonSchema, LeadQuality, LeadQualitySchema } from "../../gen/baton/marketing/v1/lead_pb";
import { LossReasonSchema, OpportunityState, OpportunityStateSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import type { ImportField, TargetKey } from "./model";

/** Something that can be imported, and the fields that its rows have. */
export interface Target {
  key: TargetKey;
  fields: ImportField[];
  /** Fields that tell rows apart where the file has no numbers of its own. */
  identity: string[];
  /** The field that names another row of the same file, which has to come first. */
  parent?: string;
  /** Whether customers come along, so that known ones may be met. */
  meetsCustomers: boolean;
  /** Whether rows may come from a campaign. */
  hasSource: boolean;
  /** Whether a row must have an owner. */
  needsOwner?: boolean;
  /** The right besides that of importing. */
  duty?: Duty;
}

const text = (key: string, label: ImportField["label"], required = false): ImportField => ({
  key,
  label,
  kind: "text",
  required,
});

const externalId = text("externalId", "externalId");

const party: ImportField[] = [
  externalId,
  text("party.name", "name", true),
  { key: "party.type", label: "type", kind: "choice", words: PartyTypeSchema },
  text("party.phone", "phone"),
  text("party.email", "email"),
  text("party.website", "website"),
  text("party.industry", "industry"),
  { key: "party.country", label: "country", kind: "country" },
  { key: "party.employees", label: "employees", kind: "number" },
  { key: "party.annualRevenue", label: "annualRevenue", kind: "money" },
  text("currency", "currency"),
  { key: "party.foundedYear", label: "foundedYear", kind: "number" },
  { key: "party.ownerId", label: "owner", kind: "member" },
  { key: "party.territoryId", label: "territory", kind: "territory" },
  text("parentExternalId", "parent"),
  { key: "createTime", label: "createTime", kind: "moment" },
];

const customer: ImportField[] = [
  text("customer.name", "customerName"),
  text("customer.externalId", "customerId"),
  text("customer.phone", "customerPhone"),
  text("customer.email", "customerEmail"),
  text("customer.website", "customerWebsite"),
  text("customer.industry", "customerIndustry"),
];

const place: ImportField[] = [
  { key: "ownerId", label: "owner", kind: "member" },
  { key: "territoryId", label: "territory", kind: "territory" },
];

/** Everything that can be imported, in the order in which a firm that begins would do it. */
export const TARGETS: readonly Target[] = [
  {
    key: "prospects",
    fields: party,
    identity: ["party.name", "party.phone"],
    parent: "parentExternalId",
    meetsCustomers: true,
    hasSource: true,
  },
  {
    key: "accounts",
    fields: party,
    identity: ["party.name", "party.phone"],
    parent: "parentExternalId",
    meetsCustomers: true,
    hasSource: true,
  },
  {
    key: "leads",
    fields: [
      externalId,
      text("title", "title", true),
      text("need", "need"),
      ...customer,
      {
        key: "quality",
        label: "quality",
        kind: "choice",
        words: LeadQualitySchema,
        only: [
          LeadQuality.NEW,
          LeadQuality.IDENTIFIED,
          LeadQuality.CONTACTED,
          LeadQuality.ACCEPTED,
          LeadQuality.DISQUALIFIED,
        ],
      },
      { key: "disqualifyReason", label: "disqualifyReason", kind: "choice", words: DisqualifyReasonSchema },
      ...place,
      { key: "createTime", label: "createTime", kind: "moment" },
    ],
    identity: ["title", "customer.name", "customer.phone"],
    meetsCustomers: true,
    hasSource: true,
  },
  {
    key: "opportunities",
    fields: [
      externalId,
      text("name", "dealName"),
      ...customer,
      ...place,
      { key: "processId", label: "process", kind: "process" },
      text("stage", "stage"),
      {
        key: "state",
        label: "state",
        kind: "choice",
        required: true,
        words: OpportunityStateSchema,
        only: [OpportunityState.OPEN, OpportunityState.WON, OpportunityState.LOST],
      },
      { key: "amount", label: "amount", kind: "money" },
      text("currency", "currency"),
      { key: "engageDate", label: "engageDate", kind: "day" },
      { key: "closeDate", label: "closeDate", kind: "day" },
      { key: "expectedCloseDate", label: "expectedCloseDate", kind: "day" },
      { key: "lossReason", label: "lossReason", kind: "choice", words: LossReasonSchema },
      text("competitor", "competitor"),
      text("description", "description"),
    ],
    identity: ["name", "customer.name", "engageDate"],
    meetsCustomers: true,
    hasSource: false,
    needsOwner: true,
  },
  {
    key: "products",
    fields: [
      externalId,
      text("sku", "sku"),
      text("name", "productName", true),
      text("productLine", "productLine"),
      text("unit", "unit"),
      { key: "listPrice", label: "listPrice", kind: "money" },
      text("currency", "currency"),
    ],
    identity: ["sku"],
    meetsCustomers: false,
    hasSource: false,
  },
  {
    key: "territories",
    fields: [
      externalId,
      text("name", "territoryName", true),
      text("parentExternalId", "parentTerritory"),
      text("managerExternalId", "manager"),
    ],
    identity: ["name"],
    parent: "parentExternalId",
    meetsCustomers: false,
    hasSource: false,
    duty: Duty.ADMINISTRATION,
  },
  {
    key: "members",
    fields: [
      externalId,
      text("displayName", "displayName", true),
      text("name", "userName"),
      text("email", "email"),
      text("department", "department"),
      { key: "roles", label: "roles", kind: "list" },
      text("territoryExternalId", "memberTerritory"),
      text("language", "language"),
    ],
    identity: ["name", "email", "displayName"],
    meetsCustomers: false,
    hasSource: false,
    duty: Duty.ADMINISTRATION,
  },
];
