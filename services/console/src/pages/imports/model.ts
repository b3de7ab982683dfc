import type { DescEnum } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { DuplicatePolicy } from "../../gen/baton/customer/v1/party_pb";
import type { ImportOutcome } from "../../gen/baton/type/v1/import_pb";
import type { Money } from "../../gen/baton/type/v1/money_pb";
import type zh from "../../i18n/zh-CN";

/** What can be imported. */
export type TargetKey = "prospects" | "accounts" | "leads" | "opportunities" | "products" | "territories" | "members";

/** What a field is called, by the key of its text. */
export type FieldLabel = keyof (typeof zh)["imports"]["field"];

/** What a column can become. */
export interface ImportField {
  /** Its path in the row of the import call, in lower camel case. */
  key: string;
  label: FieldLabel;
  kind:
    | "text"
    | "number"
    | "money"
    | "day"
    | "moment"
    | "country"
    | "list"
    | "choice"
    | "member"
    | "territory"
    | "process";
  required?: boolean;
  /** The words that a choice knows. */
  words?: DescEnum;
  /** Of those words only these. */
  only?: readonly number[];
}

/** A value as it was read from a cell. */
export type Cell = string | number | string[] | Pick<Money, "currencyCode" | "amountMinor"> | Timestamp;

/** Something that is wrong with a row. */
export interface RowProblem {
  /** Path of the field in lower camel case; empty for the row as a whole. */
  field: string;
  /** Stable name of the rule, where a service said it. */
  reason?: string;
  text: string;
}

/** A line of the file as it was read. */
export interface Row {
  /** Number of the line among those with content; the header is 1. */
  line: number;
  cells: string[];
  /** What tells the row apart in its system: loading it again changes what it became. */
  key: string;
  values: Map<string, Cell>;
  problems: RowProblem[];
}

/** What holds for all rows of an import. */
export interface Options {
  /** The system that the rows come from; with the key of a row its identity for ever. */
  system: string;
  /** What to do about customers who are known already. */
  policy: DuplicatePolicy;
  /** Campaign that the rows come from; empty for none. */
  campaignId: string;
  /** Member who owns the rows that name nobody; empty for nobody. */
  ownerId: string;
}

/** What became of a row. */
export interface RowResult {
  outcome: ImportOutcome;
  problems: RowProblem[];
}

/** How a batch is sent. */
export interface Sending extends Options {
  /** Only tells what would happen. */
  validateOnly: boolean;
  /** Name of the request, so that it can be repeated safely; empty for a rehearsal. */
  requestId: string;
  /** Keys of all rows of the import: what a rehearsal may take for there. */
  keys: ReadonlySet<string>;
}
