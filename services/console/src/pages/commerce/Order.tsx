import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { Loaded } from "../../blocks/Loaded";
import { LinesTable } from "../../blocks/lines/LinesTable";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Details, RecordPage } from "../../blocks/RecordPage";
import { SourceName } from "../../blocks/SourceName";
import { When } from "../../blocks/When";
import { State } from "../../blocks/words";
import { type Order as OrderMessage, OrderStateSchema } from "../../gen/baton/commerce/v1/order_pb";
import { OrderService } from "../../gen/baton/commerce/v1/order_service_pb";
import { day } from "../../i18n/format";
import { Notice } from "./order/Notice";
import { Papers } from "./order/Papers";
import { useOrderVerbs } from "./order/verbs";
import { WriteLines } from "./order/WriteLines";
import { due, leftToShip } from "./orderActs";

/** An order: what was ordered, which step it waits for, what was shipped, invoiced and paid. */
export function Order() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const of = useRead(OrderService.method.getOrder, { id });
  return <Loaded of={of}>{({ order }) => order && <OrderPage key={order.id} order={order} />}</Loaded>;
}

function OrderPage({ order }: { order: OrderMessage }) {
  const { t } = useTranslation(["commerce", "common"]);
  const { ask, dialog } = useAsk();
  const [writing, setWriting] = useState(false);
  const mayRead = useMe().can(Duty.COMMERCE, Access.READ);
  const handoffs = useRead(OrderService.method.listOrderHandoffs, { orderId: order.id }, { enabled: mayRead });
  const verbs = useOrderVerbs(order, ask, () => setWriting(true));
  const papers = order.shipments.length + order.invoices.length + order.payments.length + order.callOffs.length;
  return (
    <>
      <RecordPage
        kind="ORDER"
        id={order.id}
        title={order.title}
        number={order.number}
        list={{ label: t("common:nav.orders"), to: "/orders" }}
        state={<State of={OrderStateSchema} value={order.state} />}
        highlights={[
          { label: t("document.party"), value: <ObjectName kind="ACCOUNT" id={order.partyId} /> },
          { label: t("lines.total"), value: <Money of={order.total} /> },
          { label: t("order.paid"), value: <Money of={order.paid} /> },
          { label: t("order.due"), value: <Money of={due(order)} /> },
          { label: t("order.requested"), value: day(order.requestedDate) || "—" },
          { label: t("common:list.owner"), value: <MemberName id={order.ownerId} /> },
        ]}
        verbs={verbs}
        notice={<Notice order={order} />}
        tabs={[
          {
            key: "lines",
            label: t("lines.title"),
            children: (
              <LinesTable
                lines={order.lines}
                total={order.total}
                more={[
                  { key: "shipped", title: t("order.shippedQuantity"), render: (l) => l.shippedQuantity },
                  { key: "left", title: t("order.leftToShip"), render: leftToShip },
                  ...(order.callOffs.length > 0
                    ? [
                        {
                          key: "calledOff",
                          title: t("order.calledOff"),
                          render: (l: OrderMessage["lines"][number]) => l.calledOffQuantity,
                        },
                      ]
                    : []),
                ]}
                empty={{ title: t("lines.none"), hint: t("lines.noneHint") }}
              />
            ),
          },
          { key: "papers", label: t("papers.title", { count: papers }), children: <Papers order={order} /> },
          { key: "details", label: t("common:record.details"), children: <OrderDetails order={order} /> },
        ]}
        handoffs={handoffs.data?.handoffs ?? []}
        partyId={order.partyId}
      />
      {dialog}
      <WriteLines order={order} open={writing} onDone={() => setWriting(false)} />
    </>
  );
}

function OrderDetails({ order }: { order: OrderMessage }) {
  const { t } = useTranslation(["commerce", "common"]);
  const erp = order.erpDocument;
  return (
    <div className="stack">
      <Details
        rows={[
          { label: t("common:list.source"), value: <SourceName source={order.source} /> },
          { label: t("common:list.territory"), value: <TerritoryName id={order.territoryId} /> },
          { label: t("order.erp"), value: erp ? `${erp.system} ${erp.documentId}` : t("order.noErp") },
          { label: t("order.erpNumber"), value: order.erpNumber },
          { label: t("order.erpTime"), value: erp && <When at={erp.time} exact /> },
          { label: t("order.confirmTime"), value: <When at={order.confirmTime} exact /> },
          { label: t("order.endTime"), value: <When at={order.endTime} exact /> },
          { label: t("common:list.created"), value: <When at={order.createTime} exact /> },
          { label: t("common:list.updated"), value: <When at={order.updateTime} exact /> },
        ]}
      />
      <section aria-label={t("order.note")}>
        <h2>{t("order.note")}</h2>
        <div className="said">{order.note || "—"}</div>
      </section>
    </div>
  );
}
