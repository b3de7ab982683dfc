import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import type { ProductRowSchema } from "../../gen/baton/commerce/v1/import_service_pb";
import { ImportService as CommerceImports } from "../../gen/baton/commerce/v1/import_service_pb";
import type { PartyRowSchema } from "../../gen/baton/customer/v1/import_service_pb";
import { ImportService as CustomerImports } from "../../gen/baton/customer/v1/import_service_pb";
import { PartyState } from "../../gen/baton/customer/v1/party_pb";
import type { MemberRowSchema, TerritoryRowSchema } from "../../gen/baton/directory/v1/import_service_pb";
import { ImportService as DirectoryImports } from "../../gen/baton/directory/v1/import_service_pb";
import type { LeadRowSchema } from "../../gen/baton/marketing/v1/import_service_pb";
import { ImportService as MarketingImports } from "../../gen/baton/marketing/v1/import_service_pb";
import type { OpportunityRowSchema } from "../../gen/baton/sales/v1/import_service_pb";
import { ImportService as SalesImports } from "../../gen/baton/sales/v1/import_service_pb";
import { ImportOutcome } from "../../gen/baton/type/v1/import_pb";
import type { Money } from "../../gen/baton/type/v1/money_pb";
import { type Customer, customersOf } from "./customers";
import type { Row, RowProblem, RowResult, Sending, TargetKey } from "./model";
import { PATIENCE, problemsOf, sourceOf, type Told } from "./wire";

const text = (row: Row, key: string) => String(row.values.get(key) ?? "");
const count = (row: Row, key: string) => Number(row.values.get(key) ?? 0);
const amount = (row: Row, key: string) =>
  row.values.get(key) as Pick<Money, "currencyCode" | "amountMinor"> | undefined;
const moment = (row: Row, key: string) => row.values.get(key) as Timestamp | undefined;
const list = (row: Row, key: string) => (row.values.get(key) as string[] | undefined) ?? [];

const partyRow = (row: Row, how: Sending, state: PartyState): MessageInitShape<typeof PartyRowSchema> => ({
  externalId: row.key,
  party: {
    state,
    type: count(row, "party.type"),
    name: text(row, "party.name"),
    phone: text(row, "party.phone"),
    email: text(row, "party.email"),
    website: text(row, "party.website"),
    industry: text(row, "party.industry"),
    country: text(row, "party.country"),
    employees: count(row, "party.employees"),
    annualRevenue: amount(row, "party.annualRevenue"),
    foundedYear: count(row, "party.foundedYear"),
    ownerId: text(row, "party.ownerId"),
    territoryId: text(row, "party.territoryId"),
    source: sourceOf(how),
  },
  parentExternalId: text(row, "parentExternalId"),
  createTime: moment(row, "createTime"),
});

const leadRow = (row: Row, how: Sending, partyId: string): MessageInitShape<typeof LeadRowSchema> => ({
  externalId: row.key,
  title: text(row, "title"),
  need: text(row, "need"),
  partyId,
  quality: count(row, "quality"),
  disqualifyReason: count(row, "disqualifyReason"),
  ownerId: text(row, "ownerId"),
  territoryId: text(row, "territoryId"),
  createTime: moment(row, "createTime"),
  source: sourceOf(how),
});

/** A deal without a name is called like its customer. */
const opportunityRow = (row: Row, how: Sending, partyId: string): MessageInitShape<typeof OpportunityRowSchema> => ({
  externalId: row.key,
  name: text(row, "name") || text(row, "customer.name"),
  partyId,
  ownerId: text(row, "ownerId") || how.ownerId,
  territoryId: text(row, "territoryId"),
  processId: text(row, "processId"),
  stage: text(row, "stage"),
  amount: amount(row, "amount"),
  state: count(row, "state"),
  engageDate: text(row, "engageDate"),
  closeDate: text(row, "closeDate"),
  expectedCloseDate: text(row, "expectedCloseDate"),
  lossReason: count(row, "lossReason"),
  competitor: text(row, "competitor"),
  description: text(row, "description"),
});

const productRow = (row: Row): MessageInitShape<typeof ProductRowSchema> => ({
  externalId: row.key,
  sku: text(row, "sku"),
  name: text(row, "name"),
  productLine: text(row, "productLine"),
  unit: text(row, "unit"),
  listPrice: amount(row, "listPrice"),
});

const territoryRow = (row: Row): MessageInitShape<typeof TerritoryRowSchema> => ({
  externalId: row.key,
  name: text(row, "name"),
  parentExternalId: text(row, "parentExternalId"),
  managerExternalId: text(row, "managerExternalId"),
});

const memberRow = (row: Row): MessageInitShape<typeof MemberRowSchema> => ({
  externalId: row.key,
  name: text(row, "name"),
  displayName: text(row, "displayName"),
  email: text(row, "email"),
  department: text(row, "department"),
  roles: list(row, "roles"),
  territoryExternalId: text(row, "territoryExternalId"),
  language: text(row, "language"),
});

/** Sends a batch of rows; answers what became of each, in their order. */
export async function send(transport: Transport, target: TargetKey, rows: Row[], how: Sending): Promise<RowResult[]> {
  const { system, validateOnly, requestId, policy } = how;
  const shared = { system, validateOnly, requestId };
  switch (target) {
    case "prospects":
    case "accounts": {
      const state = target === "prospects" ? PartyState.PROSPECT : PartyState.ACCOUNT;
      const request = { ...shared, onDuplicate: policy, rows: rows.map((r) => partyRow(r, how, state)) };
      const answer = await createClient(CustomerImports, transport).importParties(request, PATIENCE);
      return rows.map((row, i) => became(answer.results[i], row, how, ["parentExternalId"]));
    }
    case "leads":
      return withCustomers(transport, rows, how, PartyState.PROSPECT, async (ready, idOf) => {
        const request = { ...shared, rows: ready.map((r) => leadRow(r, how, idOf(r))) };
        return (await createClient(MarketingImports, transport).importLeads(request, PATIENCE)).results;
      });
    case "opportunities":
      return withCustomers(transport, rows, how, PartyState.ACCOUNT, async (ready, idOf) => {
        const request = { ...shared, rows: ready.map((r) => opportunityRow(r, how, idOf(r))) };
        return (await createClient(SalesImports, transport).importOpportunities(request, PATIENCE)).results;
      });
    case "products": {
      const request = { ...shared, rows: rows.map(productRow) };
      const answer = await createClient(CommerceImports, transport).importProducts(request, PATIENCE);
      return rows.map((row, i) => became(answer.results[i], row, how, []));
    }
    case "territories": {
      const request = { ...shared, rows: rows.map(territoryRow) };
      const answer = await createClient(DirectoryImports, transport).importTerritories(request, PATIENCE);
      return rows.map((row, i) => became(answer.results[i], row, how, ["parentExternalId"]));
    }
    case "members": {
      const request = { ...shared, rows: rows.map(memberRow) };
      const answer = await createClient(DirectoryImports, transport).importMembers(request, PATIENCE);
      return rows.map((row, i) => became(answer.results[i], row, how, []));
    }
  }
}

/** Sends rows whose customers come along: those first, then the rows whose customers are there. */
async function withCustomers(
  transport: Transport,
  rows: Row[],
  how: Sending,
  state: PartyState,
  sent: (ready: Row[], idOf: (row: Row) => string) => Promise<Told[]>,
): Promise<RowResult[]> {
  const customers = await customersOf(transport, rows, how, state);
  const of = (row: Row): Customer => customers.get(row) ?? { id: "", isToCome: false, problems: [] };
  const ready = rows.filter((row) => of(row).problems.length === 0);
  const told = ready.length > 0 ? await sent(ready, (row) => of(row).id) : [];
  return rows.map((row) => {
    const { problems, isToCome } = of(row);
    if (problems.length > 0) return { outcome: ImportOutcome.REFUSED, problems };
    return became(told[ready.indexOf(row)], row, how, isToCome ? ["partyId"] : []);
  });
}

/**
 * What became of a row. In a rehearsal nothing is there yet that earlier rows would have made, so that a reference to one
 * of those is no fault.
 */
function became(told: Told | undefined, row: Row, how: Sending, references: string[]): RowResult {
  if (!told) return { outcome: ImportOutcome.REFUSED, problems: [] };
  const problems = problemsOf(told);
  if (!how.validateOnly || told.outcome !== ImportOutcome.REFUSED) return { outcome: told.outcome, problems };
  const isToCome = (p: RowProblem) =>
    p.reason === "REFERENCE_NOT_FOUND" &&
    references.includes(p.field) &&
    (p.field === "partyId" || how.keys.has(text(row, p.field)));
  const left = problems.filter((p) => !isToCome(p));
  return left.length > 0
    ? { outcome: ImportOutcome.REFUSED, problems: left }
    : { outcome: ImportOutcome.CREATED, problems: [] };
}
