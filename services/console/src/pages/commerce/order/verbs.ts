import { useTranslation } from "react-i18next";
import { Access, Duty, useFirm, useMe } from "../../../api/me";
import type { Ask } from "../../../blocks/ask";
import type { Verb } from "../../../blocks/RecordPage";
import { useWords } from "../../../blocks/words";
import { type Order, OrderState, OrderStateSchema } from "../../../gen/baton/commerce/v1/order_pb";
import { standsIn } from "../documents";
import { useOrderActs } from "../orderActs";

const { DRAFT, CONFIRMED, ACCEPTED, PARTLY_SHIPPED, SHIPPED, INVOICED, PAID } = OrderState;

/** The ERP that carries an order out; empty where people do: none is connected, or they had taken it on before. */
export function useErpOf(order: Order): string {
  const erp = useFirm()?.erpSystem ?? "";
  const isTaken = order.state !== DRAFT && order.state !== CONFIRMED;
  return isTaken && !order.erpDocument ? "" : erp;
}

/** All that people do with an order; what cannot be done now says why. */
export function useOrderVerbs(order: Order, ask: Ask, writeLines: () => void): Verb[] {
  const { t } = useTranslation(["commerce", "common"]);
  const { word } = useWords();
  const acts = useOrderActs(ask);
  const erp = useErpOf(order);
  if (!useMe().can(Duty.COMMERCE, Access.WRITE)) return [];
  const only = (...able: OrderState[]) =>
    standsIn(
      order.state,
      able,
      (s) => word(OrderStateSchema, s),
      (need, now) => t("why.order", { need, now }),
    );
  const byHand = erp ? t("why.withErp", { system: erp }) : undefined;
  const noLines = order.lines.length === 0 ? t("why.noLines") : undefined;
  return [
    {
      key: "confirm",
      label: t("order.confirm"),
      primary: true,
      why: only(DRAFT) ?? noLines,
      shortcut: "a",
      run: () => void acts.confirm(order),
    },
    {
      key: "accept",
      label: t("order.accept"),
      primary: true,
      why: only(CONFIRMED) ?? byHand,
      run: () => void acts.accept(order),
    },
    {
      key: "ship",
      label: t("order.ship"),
      primary: true,
      why: only(ACCEPTED, PARTLY_SHIPPED) ?? byHand,
      shortcut: "s",
      run: () => void acts.ship(order),
    },
    {
      key: "invoice",
      label: t("order.invoice"),
      primary: true,
      why: only(SHIPPED) ?? byHand,
      shortcut: "i",
      run: () => void acts.invoice(order),
    },
    {
      key: "pay",
      label: t("order.pay"),
      primary: true,
      why: only(INVOICED) ?? byHand,
      shortcut: "p",
      run: () => void acts.pay(order),
    },
    {
      key: "close",
      label: t("order.close"),
      primary: true,
      why: only(PAID),
      run: () => void acts.close(order),
    },
    { key: "lines", label: t("lines.edit"), why: only(DRAFT), shortcut: "l", run: writeLines },
    {
      key: "edit",
      label: t("common:act.edit"),
      why: only(DRAFT, CONFIRMED, ACCEPTED, PARTLY_SHIPPED, SHIPPED, INVOICED, PAID),
      shortcut: "e",
      run: () => void acts.edit(order),
    },
    {
      key: "closeShort",
      label: t("order.closeShort"),
      danger: true,
      rare: true,
      why: only(PARTLY_SHIPPED) ?? byHand,
      run: () => void acts.closeShort(order),
    },
    {
      key: "cancel",
      label: t("order.cancel"),
      danger: true,
      rare: true,
      // What an ERP has taken is called off there; what only waits for it can be withdrawn.
      why: only(DRAFT, CONFIRMED, ACCEPTED) ?? (order.state === ACCEPTED ? byHand : undefined),
      run: () => void acts.cancel(order),
    },
  ];
}
