import { create, type DescMessage, type JsonValue, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import i18next from "i18next";
import { save } from "../blocks/csv";
import type { Asked } from "./calls";
import { OWN_PAGE } from "./transport";

/** What a page of a list is asked for that all of it is not. */
const PAGED_BY = new Set(["pageSize", "pageToken", "count"]);

/** A list as the address of its files has it, and the fields of the request which that says already. */
export type FileOf = string | { of: string; says: string[] };

/** A request as parameters of an address, but for what that itself says. */
export function parameters(of: DescMessage, request: unknown, says: string[]): URLSearchParams {
  const found = new URLSearchParams();
  const add = (name: string, value: JsonValue | undefined) => {
    if (Array.isArray(value)) for (const one of value) add(name, one);
    else if (typeof value === "object" && value !== null) {
      for (const [part, within] of Object.entries(value)) add(`${name}.${part}`, within);
    } else if (value !== undefined && value !== null && value !== "") found.append(name, String(value));
  };
  const known = toJson(of, create(of, request as never)) as Record<string, JsonValue>;
  for (const [name, value] of Object.entries(known)) {
    if (!PAGED_BY.has(name) && !says.includes(name)) add(name, value);
  }
  return found;
}

/** Takes a list out as a file. What the gateway refuses, or a file that broke off, is an error. */
export async function takeOut(of: FileOf, { of: message, request }: Asked, columns: string[]): Promise<void> {
  const { of: file, says } = typeof of === "string" ? { of, says: [] } : of;
  const asked = parameters(message, request, says);
  asked.set("columns", columns.join(","));
  asked.set("labels", i18next.language);
  const answer = await fetch(`/v1/exports/${file}.csv?${asked}`, {
    headers: { ...OWN_PAGE, "accept-language": i18next.language },
  });
  if (!answer.ok) {
    const told = (await answer.json().catch(() => undefined)) as { code?: number; message?: string } | undefined;
    throw new ConnectError(told?.message ?? answer.statusText, told?.code ?? Code.Unknown);
  }
  const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
  // A file that is not whole has a broken end, which shows here.
  const whole = await answer.blob().catch(() => {
    throw new ConnectError(i18next.t("list.exportBroken"), Code.DataLoss);
  });
  save(named?.[1] ?? `${file}.csv`, whole);
}
