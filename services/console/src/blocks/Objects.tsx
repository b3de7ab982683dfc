import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNode } from "../api/nodes";
import { useWords } from "./words";

/** Pages of records by the kind of the record. */
const PAGES = {
  CAMPAIGN: "/campaigns/$id",
  ACCOUNT: "/customers/$id",
  LEAD: "/leads/$id",
  OPPORTUNITY: "/opportunities/$id",
  PROJECT: "/projects/$id",
  CONTRACT: "/contracts/$id",
  ORDER: "/orders/$id",
} as const;

export type Linked = keyof typeof PAGES;

/** Whether records of a kind have a page of their own. */
export const hasPage = (kind: string): kind is Linked => kind in PAGES;

/** Address of a record's page. */
export const recordAddress = (kind: Linked, id: string): string => PAGES[kind].replace("$id", id);

/** A link to a record; plain text where its kind has no page. */
export function RecordLink({ kind, id, children }: { kind: string; id: string; children: ReactNode }) {
  if (!hasPage(kind) || !id) return <>{children}</>;
  return (
    <Link to={PAGES[kind]} params={{ id }}>
      {children}
    </Link>
  );
}

/** An object of the chain by its name, linked; "a customer you may not open" where rights end. */
export function ObjectName({ kind, id, number = false }: { kind: string; id: string; number?: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const node = useNode(kind, id);
  if (!id) return <>—</>;
  if (node === undefined) return <>…</>;
  if (node === null || !node.visible)
    return <span className="hint">{t("record.closed", { kind: words.kind(kind) })}</span>;
  const name = node.title || node.number;
  return (
    <RecordLink kind={kind} id={id}>
      {number && node.number ? `${node.number} ` : ""}
      {name}
    </RecordLink>
  );
}
