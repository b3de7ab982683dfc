import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { StatusStrip, type Step } from "../../../blocks/StatusStrip";
import { When } from "../../../blocks/When";
import { useWords } from "../../../blocks/words";
import {
  CancellationReasonSchema,
  type Order,
  OrderDifferenceSchema,
  OrderState,
} from "../../../gen/baton/commerce/v1/order_pb";
import { day, percent } from "../../../i18n/format";
import { invoiced, leftToShip } from "../orderActs";

/** The steps of an order's life. */
const STEPS = ["DRAFT", "CONFIRMED", "ACCEPTED", "SHIPPED", "INVOICED", "PAID", "CLOSED"] as const;
type StepName = (typeof STEPS)[number];

/** How an order stands: its steps, or why it ended before them, and what does not fit together. */
export function Notice({ order }: { order: Order }) {
  const { t } = useTranslation("commerce");
  const { word } = useWords();
  const steps = useSteps(order);
  return (
    <>
      {order.state === OrderState.CANCELLED ? (
        <Alert
          type="warning"
          title={t("order.cancelledFor", { reason: word(CancellationReasonSchema, order.cancellationReason) })}
          description={
            <>
              <When at={order.endTime} exact />
              {order.cancellationNote && <div className="said">{order.cancellationNote}</div>}
            </>
          }
        />
      ) : (
        <StatusStrip label={t("order.steps")} steps={steps} />
      )}
      {order.differs && (
        <Alert
          type="error"
          role="alert"
          title={t("order.differs")}
          description={
            <ul>
              {order.differences.map((d) => (
                <li key={d}>{word(OrderDifferenceSchema, d)}</li>
              ))}
            </ul>
          }
        />
      )}
    </>
  );
}

/** How far an order has come on the steps; one that is shipped in part stands before "shipped". */
const reached = (state: OrderState) =>
  STEPS.findIndex((name) => OrderState[name] === (state === OrderState.PARTLY_SHIPPED ? OrderState.ACCEPTED : state));

function useSteps(order: Order): Step[] {
  const { t } = useTranslation("commerce");
  const at = reached(order.state);
  const total = order.total?.amountMinor ?? 0n;
  const share = (minor: bigint) => (total > 0n ? percent(Number((minor * 1000n) / total) / 1000, 1) : "");
  const shipped = order.lines.filter((l) => leftToShip(l) === "0").length;
  const hints: Partial<Record<StepName, Step["hint"]>> = {
    CONFIRMED: order.confirmTime && <When at={order.confirmTime} />,
    SHIPPED:
      order.state === OrderState.PARTLY_SHIPPED
        ? t("order.shippedLines", { done: shipped, all: order.lines.length })
        : day(order.shipments.at(-1)?.shipDate ?? ""),
    INVOICED: order.invoices.length > 0 && share(invoiced(order)),
    PAID: order.payments.length > 0 && share(order.paid?.amountMinor ?? 0n),
  };
  const begun: Partial<Record<StepName, boolean>> = {
    SHIPPED: order.shipments.length > 0,
    INVOICED: order.invoices.length > 0,
    PAID: order.payments.length > 0,
  };
  return STEPS.map((name, i) => ({
    key: name,
    label: t(`order.step.${name}`),
    stand: i <= at ? "done" : begun[name] ? "partly" : i === at + 1 ? "next" : "later",
    hint: hints[name],
  }));
}
