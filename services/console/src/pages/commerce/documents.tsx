import { Code, ConnectError } from "@connectrpc/connect";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import { useSharedColumns } from "../../blocks/columns";
import type { Column } from "../../blocks/DataTable";
import type { Field } from "../../blocks/Form";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { type Parts, taken } from "../../blocks/PartsField";
import { MemberName } from "../../blocks/People";
import type { Contract } from "../../gen/baton/commerce/v1/contract_pb";
import type { Order } from "../../gen/baton/commerce/v1/order_pb";

/** A contract or an order. */
type Document = Contract | Order;

/** The currencies that a document can be in, the firm's first. */
export function useCurrencyField(): Field {
  const { t } = useTranslation("common");
  const own = useFirm()?.currencyCode ?? "CNY";
  const codes = [...new Set([own, "CNY", "USD", "EUR", "HKD", "JPY"])];
  return {
    name: "currencyCode",
    label: t("form.currency"),
    kind: "choice",
    required: true,
    options: codes.map((code) => ({ value: code, label: code })),
  };
}

/** Whose a document is. */
export function useSeatFields(): Field[] {
  const { t } = useTranslation("common");
  return [
    { name: "ownerId", label: t("list.owner"), kind: "member", required: true },
    { name: "territoryId", label: t("list.territory"), kind: "territory" },
  ];
}

/** The customer of a new document: already known where the address names one. */
export function usePartyField(): Field {
  const { t } = useTranslation("commerce");
  return { name: "partyId", label: t("document.party"), kind: "party", required: true };
}

/**
 * What is taken of lines. Nothing at all means to the service all that is left, so a reader who takes nothing is asked again.
 */
export function useTaken(): (parts: Parts | undefined) => ReturnType<typeof taken> {
  const { t } = useTranslation("commerce");
  return (parts) => {
    const some = taken(parts);
    if (some.length === 0) throw new ConnectError(t("parts.nothing"), Code.InvalidArgument);
    return some;
  };
}

/** Why something cannot be done: a document has to stand in one of these states for it. */
export const standsIn = <S extends number>(
  state: S,
  able: S[],
  word: (state: S) => string,
  t: (need: string, now: string) => string,
): string | undefined => (able.includes(state) ? undefined : t(able.map(word).join(" / "), word(state)));

/** The columns that lists of contracts and of orders share. */
export function useDocumentColumns<D extends Document>(
  kind: "CONTRACT" | "ORDER",
  state: (document: D) => ReactNode,
): Column<D>[] {
  const { t } = useTranslation(["commerce", "common"]);
  const shared = useSharedColumns();
  return [
    shared.number(kind),
    {
      key: "title",
      title: t("document.title"),
      width: 190,
      render: (d) => d.title,
      field: "title",
    },
    shared.party(t("document.party"), { width: 170 }),
    { key: "state", title: t("common:list.state"), width: 120, render: state, field: "state" },
    {
      key: "total",
      title: t("lines.total"),
      width: 120,
      align: "right",
      render: (d) => <Money of={d.total} />,
      field: ["total", "total.currencyCode"],
      sort: { down: "total desc" },
    },
    shared.owner(),
    shared.source({ width: 130 }),
    shared.created(),
  ];
}

/** A contract or an order on a narrow screen. */
export function DocumentCard(props: { to: "/contracts/$id" | "/orders/$id"; document: Document; state: ReactNode }) {
  const { to, document: d, state } = props;
  return (
    <>
      <div className="bar">
        <Link to={to} params={{ id: d.id }}>
          <strong>{d.title}</strong>
        </Link>
        {state}
        <span className="grow" />
        <Money of={d.total} />
      </div>
      <div className="hint">
        {d.number} · <ObjectName kind="ACCOUNT" id={d.partyId} /> · <MemberName id={d.ownerId} />
      </div>
    </>
  );
}
