import { createClient, type Transport } from "@connectrpc/connect";
import { ImportService } from "../../gen/baton/customer/v1/import_service_pb";
import type { PartyState } from "../../gen/baton/customer/v1/party_pb";
import { ImportOutcome } from "../../gen/baton/type/v1/import_pb";
import type { Row, RowProblem, Sending } from "./model";
import { PATIENCE, problemsOf, sourceOf } from "./wire";

/** Stands for a customer that a rehearsal would have created. */
const WOULD_BE = "00000000-0000-7000-8000-000000000000";

/** The customer of a row. */
export interface Customer {
  /** Its id here; empty for none. */
  id: string;
  /** Whether it would be there, were this not a rehearsal. */
  isToCome: boolean;
  /** Why there is none. */
  problems: RowProblem[];
}

const FIELDS = ["name", "phone", "email", "website", "industry"] as const;

const said = (row: Row, field: string) => String(row.values.get(`customer.${field}`) ?? "");

/** What a customer is known by: its number in that system, else its name, else its telephone or e-mail. */
function keyOf(row: Row): string {
  const number = said(row, "externalId");
  if (number) return number;
  const name = said(row, "name") || said(row, "phone") || said(row, "email");
  return name.normalize("NFKC").trim().toLowerCase().slice(0, 200);
}

/** Loads the customers of rows, or finds them again; rows without anything about one have none. */
export async function customersOf(
  transport: Transport,
  rows: Row[],
  how: Sending,
  state: PartyState,
): Promise<Map<Row, Customer>> {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key && !first.has(key)) first.set(key, row);
  }
  if (first.size === 0) return new Map();
  const { system, validateOnly, policy } = how;
  const named = [...first];
  const answer = await createClient(ImportService, transport).importParties(
    {
      system,
      validateOnly,
      onDuplicate: policy,
      requestId: how.requestId && `${how.requestId}-customers`,
      rows: named.map(([externalId, row]) => ({
        externalId,
        party: { state, source: sourceOf(how), ...Object.fromEntries(FIELDS.map((f) => [f, said(row, f)])) },
      })),
    },
    PATIENCE,
  );
  const found = new Map<string, Customer>();
  named.forEach(([key], i) => {
    const result = answer.results[i];
    if (!result) return;
    const isToCome = result.outcome === ImportOutcome.CREATED && result.id === "";
    const problems = problemsOf(result).map((p) => ({ ...p, field: p.field.replace(/^party\./, "customer.") }));
    found.set(key, { id: isToCome ? WOULD_BE : result.id, isToCome, problems });
  });
  return new Map(
    rows.flatMap((row) => {
      const customer = found.get(keyOf(row));
      return customer ? [[row, customer] as const] : [];
    }),
  );
}
