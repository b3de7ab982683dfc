import type { DescFile } from "@bufbuild/protobuf";
import { verbOf, verbParts } from "../../../blocks/changes/verbs";
import { file_baton_commerce_v1_events as commerce } from "../../../gen/baton/commerce/v1/events_pb";
import { file_baton_customer_v1_events as customer } from "../../../gen/baton/customer/v1/events_pb";
import { file_baton_directory_v1_events as directory } from "../../../gen/baton/directory/v1/events_pb";
import { file_baton_marketing_v1_events as marketing } from "../../../gen/baton/marketing/v1/events_pb";
import { file_baton_sales_v1_events as sales } from "../../../gen/baton/sales/v1/events_pb";

/** What is audited without an event to tell others of it: who gets in, by what, and what he has lists show. */
const WITHOUT_EVENT: Record<string, string[]> = {
  SIGN_IN: ["signed_in", "sign_in_refused", "token_issued"],
  SESSION: ["session_opened", "session_ended", "session_revoked", "session_expired"],
  PASSWORD_LINK: ["password_link_created", "password_link_used", "password_link_revoked", "password_link_expired"],
  EXPORT: ["export_begun", "export_done", "export_stopped"],
  IDENTITY: ["identity_bound", "identity_removed", "identity_restored"],
  SECOND_FACTOR: ["second_factor_started", "second_factor_confirmed", "second_factor_removed", "recovery_code_used"],
  SAVED_VIEW: ["saved_view_created", "saved_view_updated", "saved_view_deleted"],
};

/** What a message of the contract of events says of others, and is none itself. */
const PART = /(Facts?|Change)$/;

function read(files: DescFile[]): Map<string, string[]> {
  const kinds = new Map(Object.entries(WITHOUT_EVENT));
  for (const message of files.flatMap((file) => file.messages)) {
    const verb = verbOf(message.name);
    const { kind } = verbParts(verb);
    if (!kind || kind === "HANDOFF" || PART.test(message.name)) continue;
    kinds.set(kind, [...(kinds.get(kind) ?? []), verb]);
  }
  return kinds;
}

/** The kinds of records that are audited, each with its verbs, as the contracts of the services have them. */
export const AUDITED = read([directory, customer, marketing, sales, commerce]);

/** The kind that a verb is one of; empty for none. */
export const kindOf = (verb: string) => [...AUDITED].find(([, verbs]) => verbs.includes(verb))?.[0] ?? "";
