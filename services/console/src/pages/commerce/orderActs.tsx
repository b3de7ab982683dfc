import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { maskOf } from "../../api/mask";
import { useFirm, useMe } from "../../api/me";
import type { Ask } from "../../blocks/ask";
import { sourceIn } from "../../blocks/create";
import { useDo } from "../../blocks/doing";
import type { Filters } from "../../blocks/Filters";
import type { Field, Values } from "../../blocks/Form";
import { useOrderAnswers } from "../../blocks/handoffs/verbs/order";
import { Money } from "../../blocks/Money";
import { allOf, PartsField } from "../../blocks/PartsField";
import { left } from "../../blocks/quantity";
import { useChoices } from "../../blocks/words";
import type { Line } from "../../gen/baton/commerce/v1/line_pb";
import { CancellationReasonSchema, type Order } from "../../gen/baton/commerce/v1/order_pb";
import { OrderService } from "../../gen/baton/commerce/v1/order_service_pb";
import type { Money as Amount } from "../../gen/baton/type/v1/money_pb";
import { dayIn } from "../../i18n/zone";
import { useCurrencyField, usePartyField, useSeatFields, useTaken } from "./documents";

const said = (v: Values | Order) => ({
  title: v.title ?? "",
  requestedDate: v.requestedDate ?? "",
  note: v.note ?? "",
  ownerId: v.ownerId ?? "",
  territoryId: v.territoryId ?? "",
});

/** What is left to ship of a line of an order. */
export const leftToShip = (line: Line) => left(line.quantity, line.shippedQuantity, line.calledOffQuantity);

const less = (of: Amount | undefined, minor: bigint) => {
  const rest = (of?.amountMinor ?? 0n) - minor;
  return of && { ...of, amountMinor: rest > 0n ? rest : 0n };
};

/** What is left to pay of an order. */
export const due = (order: Order) => less(order.total, order.paid?.amountMinor ?? 0n);

/** What is invoiced of an order, in minor units. */
export const invoiced = (order: Order) => order.invoices.reduce((sum, i) => sum + (i.amount?.amountMinor ?? 0n), 0n);

/** What people do with orders. */
export function useOrderActs(ask: Ask) {
  const { t } = useTranslation(["commerce", "common"]);
  const go = useNavigate();
  const me = useMe();
  const firm = useFirm();
  const { done, run } = useDo();
  const takenOf = useTaken();
  const creating = useAct(OrderService.method.createOrder);
  const updating = useAct(OrderService.method.updateOrder);
  const confirming = useAct(OrderService.method.confirmOrder);
  const { take } = useOrderAnswers();
  const shipping = useAct(OrderService.method.shipOrder);
  const invoicing = useAct(OrderService.method.invoiceOrder);
  const paying = useAct(OrderService.method.recordPayment);
  const closing = useAct(OrderService.method.closeOrder);
  const shortening = useAct(OrderService.method.closeOrderShort);
  const cancelling = useAct(OrderService.method.cancelOrder);
  const reasons = useChoices(CancellationReasonSchema);
  const [party, currency, seat] = [usePartyField(), useCurrencyField(), useSeatFields()];
  const fields: Field[] = [
    { name: "title", label: t("document.title"), required: true, max: 200 },
    { name: "requestedDate", label: t("order.requested"), kind: "day" },
    { name: "note", label: t("order.note"), kind: "area", max: 2000 },
    ...seat,
  ];
  const why: Field[] = [
    { name: "reason", label: t("common:form.reason"), kind: "choice", options: reasons, required: true },
    { name: "note", label: t("common:form.note"), kind: "area", max: 2000, hint: t("document.otherHint") },
  ];
  const today = () => dayIn(firm?.timeZone);
  const same = (order: Order) => ({ id: order.id, etag: order.etag });
  return {
    /** Asks for a new one and opens its page, where its lines are written. */
    create: async (from: Filters) => {
      let opened = "";
      await ask({
        title: t("order.new"),
        width: 720,
        intro: <p className="hint">{t("document.linesLater")}</p>,
        fields: [party, currency, ...fields],
        prefix: "order",
        initial: { partyId: from.partyId, title: from.title, ownerId: me.id, currencyCode: firm?.currencyCode },
        submit: async (v) => {
          const order = { partyId: v.partyId, currencyCode: v.currencyCode, source: sourceIn(from), ...said(v) };
          const answer = await creating.mutateAsync({ order });
          opened = answer.order?.id ?? "";
          done(t("order.created"));
        },
      });
      if (opened) void go({ to: "/orders/$id", params: { id: opened } });
    },
    edit: (order: Order) =>
      ask({
        title: t("order.edit"),
        width: 720,
        fields,
        prefix: "order",
        initial: said(order),
        submit: async (v) => {
          const save = (to: ReturnType<typeof said>, etag: string) =>
            updating.mutateAsync({ order: { id: order.id, ...to }, updateMask: maskOf(to), etag });
          const answer = await save(said(v), order.etag);
          done(t("common:act.saved"), () => save(said(order), answer.order?.etag ?? ""));
        },
      }),
    confirm: (order: Order) =>
      ask({
        title: t("order.confirm"),
        intro: (
          <p>{firm?.erpSystem ? t("order.confirmToErp", { system: firm.erpSystem }) : t("order.confirmByHand")}</p>
        ),
        okText: t("order.confirm"),
        fields: [],
        submit: async () => {
          await confirming.mutateAsync(same(order));
          done(t("order.confirmed"));
        },
      }),
    accept: (order: Order) => run(() => take(same(order)), t("order.accepted")),
    ship: (order: Order) => {
      const parts = order.lines
        .map((l) => ({ id: l.id, name: l.description, unit: l.unit, left: leftToShip(l) }))
        .filter((part) => part.left !== "0");
      return ask({
        title: t("order.ship"),
        okText: t("order.shipOk"),
        width: 640,
        fields: [
          { name: "lines", label: t("order.shipLines"), control: <PartsField lines={parts} />, required: true },
          { name: "shipDate", label: t("order.shipDate"), kind: "day", required: true },
          { name: "carrier", label: t("order.carrier"), max: 100 },
          { name: "trackingNumber", label: t("order.tracking"), max: 100 },
        ],
        initial: { lines: allOf(parts), shipDate: today() },
        submit: async (v) => {
          await shipping.mutateAsync({
            ...same(order),
            lines: takenOf(v.lines),
            shipDate: v.shipDate,
            carrier: v.carrier ?? "",
            trackingNumber: v.trackingNumber ?? "",
          });
          done(t("order.shipped"));
        },
      });
    },
    invoice: (order: Order) =>
      ask({
        title: t("order.invoice"),
        intro: (
          <p>
            {t("order.invoiceIntro")} <Money of={less(order.total, invoiced(order))} />
          </p>
        ),
        okText: t("order.invoiceOk"),
        fields: [
          { name: "number", label: t("order.invoiceNumber"), required: true, max: 64 },
          { name: "taxId", label: t("order.taxId"), max: 32 },
          { name: "invoiceDate", label: t("order.invoiceDate"), kind: "day", required: true },
        ],
        initial: { invoiceDate: today() },
        submit: async (v) => {
          const bill = { number: v.number, taxId: v.taxId ?? "", invoiceDate: v.invoiceDate };
          await invoicing.mutateAsync({ ...same(order), ...bill });
          done(t("order.invoiced"));
        },
      }),
    pay: (order: Order) =>
      ask({
        title: t("order.pay"),
        intro: (
          <p>
            {t("order.due")} <Money of={due(order)} />
          </p>
        ),
        okText: t("order.payOk"),
        fields: [
          { name: "amount", label: t("order.payAmount"), kind: "money", required: true },
          { name: "paymentDate", label: t("order.paymentDate"), kind: "day", required: true },
          { name: "reference", label: t("order.reference"), max: 100, hint: t("order.referenceHint") },
        ],
        initial: { amount: due(order), paymentDate: today() },
        submit: async (v) => {
          const receipt = { amount: v.amount, paymentDate: v.paymentDate, reference: v.reference ?? "" };
          await paying.mutateAsync({ ...same(order), ...receipt });
          done(t("order.paidNow"));
        },
      }),
    close: (order: Order) =>
      ask({
        title: t("order.close"),
        intro: <p>{t("order.closeIntro")}</p>,
        okText: t("order.close"),
        fields: [],
        submit: async () => {
          await closing.mutateAsync(same(order));
          done(t("order.closed"));
        },
      }),
    closeShort: (order: Order) =>
      ask({
        title: t("order.closeShort"),
        intro: <p>{t("order.closeShortIntro")}</p>,
        okText: t("order.closeShort"),
        danger: true,
        fields: why,
        submit: async (v) => {
          await shortening.mutateAsync({ ...same(order), reason: v.reason, note: v.note ?? "" });
          done(t("order.closedShort"));
        },
      }),
    cancel: (order: Order) =>
      ask({
        title: t("order.cancel"),
        intro: <p>{t("order.cancelIntro")}</p>,
        okText: t("order.cancel"),
        danger: true,
        fields: why,
        submit: async (v) => {
          await cancelling.mutateAsync({ ...same(order), reason: v.reason, note: v.note ?? "" });
          done(t("order.cancelled"));
        },
      }),
  };
}
