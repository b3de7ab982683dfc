import { Code, ConnectError } from "@connectrpc/connect";
import i18next from "i18next";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb";
import { DoorError } from "./session";

/** A field that broke a rule, with the sentence that says so. */
export interface Violation {
  /** Path of the field in lower camel case, e.g. "lead.title" or "lines[0].quantity". */
  field: string;
  /** Stable name of the rule. */
  reason: string;
  /** What is wrong, in the reader's language. */
  text: string;
}

/** What a service said instead of doing what it was asked. */
export interface Refusal {
  code: Code;
  /** Stable name, e.g. "STALE" or "LEAD_NOT_OPEN". */
  reason: string;
  /** The sentence for the reader. */
  text: string;
  violations: Violation[];
  /** Seconds to wait before another try makes sense. */
  retryAfterS?: number;
}

/** A path of a field as the clients write it. */
export const camel = (path: string) => path.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** Reads a refusal out of whatever a call threw. */
export function refusal(cause: unknown): Refusal {
  const error = ConnectError.from(cause);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const bad = error.findDetails(BadRequestSchema)[0];
  const retry = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    code: error.code,
    reason: info?.reason ?? Code[error.code]?.toUpperCase() ?? "UNKNOWN",
    text: isUnreachable(error) ? i18next.t("error.unreachable") : error.rawMessage,
    violations: (bad?.fieldViolations ?? []).map((v) => ({
      field: camel(v.field),
      reason: v.reason,
      text: v.description,
    })),
    retryAfterS: retry ? Number(retry.seconds) + (retry.nanos > 0 ? 1 : 0) : undefined,
  };
}

/** Whether nothing answered at all: the line or the system is gone. Browsers tell that by a TypeError. */
const isUnreachable = (error: ConnectError) => error.code === Code.Unknown && error.cause instanceof TypeError;

/** What the door answers while it cannot let anybody in. */
const PASSING_STATUS = new Set([429, 502, 503, 504]);

/** Whether the same call may succeed by itself a little later. */
export function passing(cause: unknown): boolean {
  if (cause instanceof DoorError) return PASSING_STATUS.has(cause.status);
  const error = ConnectError.from(cause);
  const { code } = error;
  return (
    isUnreachable(error) ||
    code === Code.Unavailable ||
    code === Code.DeadlineExceeded ||
    code === Code.ResourceExhausted
  );
}

/** Whether somebody else changed the record meanwhile. */
export const isStale = (cause: unknown) => ConnectError.from(cause).code === Code.Aborted;

/** Whether nobody is signed in any more. */
export const isSignedOut = (cause: unknown) => ConnectError.from(cause).code === Code.Unauthenticated;
