import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList, useRead } from "../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { Money } from "../../blocks/Money";
import { Pill } from "../../blocks/Pill";
import { State, useChoices } from "../../blocks/words";
import { type Order, OrderState, OrderStateSchema } from "../../gen/baton/commerce/v1/order_pb";
import { OrderService } from "../../gen/baton/commerce/v1/order_service_pb";
import { day, number } from "../../i18n/format";
import { DocumentCard, useDocumentColumns } from "./documents";
import { due, useOrderActs } from "./orderActs";

/** What customers ordered, and which step each order waits for. */
export function Orders() {
  const { t } = useTranslation(["commerce", "common"]);
  const mayWrite = useMe().can(Duty.COMMERCE, Access.WRITE);
  const firm = useFirm();
  const [filters, set] = useFilters();
  const { ask, dialog } = useAsk();
  const { create } = useOrderActs(ask);
  // The form begins with what the firm has set.
  useNew(mayWrite && firm !== undefined, create);
  const list = useList(
    OrderService.method.listOrders,
    {
      state: Number(filters.state ?? 0),
      ownerId: filters.owner,
      partyId: filters.party,
      sourceId: filters.sourceId,
      differs: filters.differs === "1",
      query: filters.q,
      orderBy: filters.order,
    },
    (a) => a.orders,
  );
  const add = (
    <Button type="primary" onClick={() => void create({})}>
      {t("order.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.orders")}</h1>
        <span className="grow" />
        {mayWrite && add}
      </div>
      <Waits />
      <FilterBar
        searched
        page="orders"
        filters={[
          { key: "state", label: t("common:list.state"), kind: "choice", options: useChoices(OrderStateSchema) },
          { key: "owner", label: t("common:list.owner"), kind: "member" },
          { key: "party", label: t("document.party"), kind: "party" },
        ]}
      />
      <DataTable<Order>
        name="orders"
        list={list}
        file="orders"
        columns={useColumns()}
        rowKey={(o) => o.id}
        rowName={(o) => `${o.number} ${o.title}`}
        href={(o) => `/orders/${o.id}`}
        orderBy={filters.order ?? "create_time desc"}
        onOrder={(order) => set({ order })}
        card={(o) => <DocumentCard to="/orders/$id" document={o} state={<Stands order={o} />} />}
        empty={{ title: t("order.none"), hint: t("order.noneHint"), action: mayWrite ? add : undefined }}
      />
      {dialog}
    </div>
  );
}

/** The states that wait for somebody, in the order of an order's life, and for what. */
const WAITING = [
  [OrderState.DRAFT, "toConfirm"],
  [OrderState.CONFIRMED, "toAccept"],
  [OrderState.ACCEPTED, "toShip"],
  [OrderState.PARTLY_SHIPPED, "toShipRest"],
  [OrderState.SHIPPED, "toInvoice"],
  [OrderState.INVOICED, "toBePaid"],
  [OrderState.PAID, "toClose"],
] as const;

/** What waits, with how much of it: each shows its orders. */
function Waits() {
  const { t } = useTranslation("commerce");
  const [filters, set] = useFilters();
  const erp = useFirm()?.erpSystem;
  const shows = (state: OrderState) => filters.state === String(state) && !filters.differs;
  return (
    <div className="bar" role="group" aria-label={t("waits.title")}>
      {WAITING.map(([state, what]) => (
        <Wait
          key={what}
          label={what === "toAccept" && erp ? t("waits.withErp") : t(`waits.${what}`)}
          asked={{ state }}
          chosen={shows(state)}
          turn={() => set({ state: shows(state) ? undefined : String(state), differs: undefined })}
        />
      ))}
      <Wait
        label={t("waits.differs")}
        asked={{ differs: true }}
        chosen={filters.differs === "1"}
        turn={() => set({ differs: filters.differs ? undefined : "1", state: undefined })}
        alarm
      />
    </div>
  );
}

function Wait(props: {
  label: string;
  asked: { state?: OrderState; differs?: boolean };
  chosen: boolean;
  turn: () => void;
  alarm?: boolean;
}) {
  const { data } = useRead(OrderService.method.listOrders, { ...props.asked, count: true, pageSize: 1 });
  const count = Number(data?.totalSize ?? 0n);
  // What nothing waits for needs no place.
  if (count === 0 && !props.chosen) return null;
  return (
    <Button
      type={props.chosen ? "primary" : "default"}
      danger={props.alarm}
      aria-pressed={props.chosen}
      onClick={props.turn}
    >
      {props.label} <span className="num">{`${number(count)}${data?.totalCapped ? "+" : ""}`}</span>
    </Button>
  );
}

/** Where an order stands, and whether somebody has to look. */
function Stands({ order }: { order: Order }) {
  const { t } = useTranslation("commerce");
  return (
    <span className="bar">
      <State of={OrderStateSchema} value={order.state} />
      {order.differs && <Pill tone="danger">{t("waits.differs")}</Pill>}
    </span>
  );
}

function useColumns(): Column<Order>[] {
  const { t } = useTranslation("commerce");
  const shared = useDocumentColumns<Order>("ORDER", (o) => <Stands order={o} />);
  return [
    ...shared.flatMap((c): Column<Order>[] => {
      if (c.key === "created") return [{ ...c, hidden: true }];
      if (c.key !== "total") return [c];
      const rest: Column<Order> = {
        key: "due",
        title: t("order.due"),
        width: 120,
        align: "right",
        render: (o) => <Money of={due(o)} />,
        // What is left is not a field of an order, what was paid is.
        field: ["paid", "paid.currencyCode"],
      };
      return [c, rest];
    }),
    {
      key: "requested",
      title: t("order.requested"),
      width: 120,
      render: (o) => <span className="num">{day(o.requestedDate) || "—"}</span>,
      field: "requestedDate",
    },
    {
      key: "erp",
      title: t("order.erpNumber"),
      width: 130,
      hidden: true,
      render: (o) => o.erpNumber || "—",
      field: "erpNumber",
    },
  ];
}
