import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useList, useRead } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { type Ask, useAsk } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import { Loaded } from "../../blocks/Loaded";
import { LinesDialog } from "../../blocks/lines/LinesEditor";
import { LinesTable } from "../../blocks/lines/LinesTable";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Details, RecordPage, type Verb } from "../../blocks/RecordPage";
import { RelatedList } from "../../blocks/RelatedList";
import { SourceName } from "../../blocks/SourceName";
import { Empty } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  type Contract as ContractMessage,
  ContractState,
  ContractStateSchema,
  TerminationReasonSchema,
} from "../../gen/baton/commerce/v1/contract_pb";
import { ContractService } from "../../gen/baton/commerce/v1/contract_service_pb";
import { type Order, OrderState, OrderStateSchema } from "../../gen/baton/commerce/v1/order_pb";
import { OrderService } from "../../gen/baton/commerce/v1/order_service_pb";
import { Term } from "./Contracts";
import { leftOf, openParts, useContractActs } from "./contractActs";
import { standsIn } from "./documents";

/** A contract: what was agreed on, how much of it is ordered, what may be done. */
export function Contract() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const of = useRead(ContractService.method.getContract, { id });
  return (
    <Loaded of={of}>{({ contract }) => contract && <ContractPage key={contract.id} contract={contract} />}</Loaded>
  );
}

function ContractPage({ contract }: { contract: ContractMessage }) {
  const { t } = useTranslation(["commerce", "common"]);
  const { ask, dialog } = useAsk();
  const [writing, setWriting] = useState(false);
  const setLines = useAct(ContractService.method.setContractLines);
  const { done } = useDo();
  const orders = useList(OrderService.method.listOrders, { sourceId: contract.id }, (a) => a.orders);
  const verbs = useVerbs(contract, orders.rows, ask, () => setWriting(true));
  const ordered = contract.lines.length - openParts(contract).length;
  return (
    <>
      <RecordPage
        kind="CONTRACT"
        id={contract.id}
        title={contract.title}
        number={contract.number}
        list={{ label: t("common:nav.contracts"), to: "/contracts" }}
        state={<State of={ContractStateSchema} value={contract.state} />}
        highlights={[
          { label: t("document.party"), value: <ObjectName kind="ACCOUNT" id={contract.partyId} /> },
          { label: t("lines.total"), value: <Money of={contract.total} /> },
          {
            label: t("contract.orderedFully"),
            value: t("contract.orderedLines", { done: ordered, all: contract.lines.length }),
          },
          { label: t("contract.term"), value: <Term of={contract} /> },
          { label: t("common:list.owner"), value: <MemberName id={contract.ownerId} /> },
        ]}
        verbs={verbs}
        notice={<Terminated contract={contract} />}
        tabs={[
          {
            key: "lines",
            label: t("lines.title"),
            children: (
              <LinesTable
                lines={contract.lines}
                total={contract.total}
                more={[
                  { key: "ordered", title: t("contract.ordered"), render: (l) => l.orderedQuantity },
                  { key: "left", title: t("contract.left"), render: leftOf },
                ]}
                empty={{ title: t("lines.none"), hint: t("lines.noneHint") }}
              />
            ),
          },
          {
            key: "orders",
            label: t("common:nav.orders"),
            children:
              orders.rows.length === 0 && !orders.isLoading && !orders.error ? (
                <Empty title={t("contract.noOrders")} hint={t("contract.noOrdersHint")} />
              ) : (
                <RelatedList
                  title={t("common:nav.orders")}
                  kind="ORDER"
                  list={orders}
                  rows={orders.rows.map((o) => ({
                    ...o,
                    amount: o.total,
                    state: <State of={OrderStateSchema} value={o.state} />,
                  }))}
                />
              ),
          },
          { key: "details", label: t("common:record.details"), children: <ContractDetails contract={contract} /> },
        ]}
        partyId={contract.partyId}
      />
      {dialog}
      <LinesDialog
        open={writing}
        title={t("lines.edit")}
        lines={contract.lines}
        currency={contract.currencyCode}
        save={async (lines) => {
          await setLines.mutateAsync({ id: contract.id, etag: contract.etag, lines });
          done(t("lines.saved"));
        }}
        onDone={() => setWriting(false)}
      />
    </>
  );
}

function Terminated({ contract }: { contract: ContractMessage }) {
  const { t } = useTranslation("commerce");
  const { word } = useWords();
  if (contract.state !== ContractState.TERMINATED) return null;
  return (
    <p className="panel">
      {t("contract.terminatedFor", { reason: word(TerminationReasonSchema, contract.terminationReason) })}{" "}
      <When at={contract.endTime} exact />
      {contract.terminationNote && <span className="said"> {contract.terminationNote}</span>}
    </p>
  );
}

function ContractDetails({ contract }: { contract: ContractMessage }) {
  const { t } = useTranslation(["commerce", "common"]);
  return (
    <div className="stack">
      <Details
        rows={[
          { label: t("common:list.source"), value: <SourceName source={contract.source} /> },
          { label: t("common:list.territory"), value: <TerritoryName id={contract.territoryId} /> },
          { label: t("contract.activatedAt"), value: <When at={contract.activateTime} exact /> },
          { label: t("contract.endedAt"), value: <When at={contract.endTime} exact /> },
          { label: t("common:list.created"), value: <When at={contract.createTime} exact /> },
          { label: t("common:list.updated"), value: <When at={contract.updateTime} exact /> },
        ]}
      />
      <section aria-label={t("contract.terms")}>
        <h2>{t("contract.terms")}</h2>
        <div className="said">{contract.terms || "—"}</div>
      </section>
    </div>
  );
}

function useVerbs(contract: ContractMessage, orders: Order[], ask: Ask, write: () => void): Verb[] {
  const { t } = useTranslation(["commerce", "common"]);
  const { word } = useWords();
  const acts = useContractActs(ask);
  const { DRAFT, ACTIVE } = ContractState;
  if (!useMe().can(Duty.COMMERCE, Access.WRITE)) return [];
  const only = (...able: ContractState[]) =>
    standsIn(
      contract.state,
      able,
      (s) => word(ContractStateSchema, s),
      (need, now) => t("why.contract", { need, now }),
    );
  const noLines = contract.lines.length === 0 ? t("why.noLines") : undefined;
  const open = openParts(contract).length > 0;
  const isOpen = (o: Order) => o.state !== OrderState.CLOSED && o.state !== OrderState.CANCELLED;
  return [
    {
      key: "activate",
      label: t("contract.activate"),
      primary: true,
      why: only(DRAFT) ?? noLines,
      shortcut: "a",
      run: () => void acts.activate(contract),
    },
    {
      key: "callOff",
      label: t("contract.callOff"),
      primary: true,
      why: only(ACTIVE) ?? (open ? undefined : t("why.nothingLeft")),
      shortcut: "o",
      run: () => void acts.callOff(contract),
    },
    { key: "lines", label: t("lines.edit"), why: only(DRAFT), shortcut: "l", run: write },
    {
      key: "edit",
      label: t("common:act.edit"),
      why: only(DRAFT, ACTIVE),
      shortcut: "e",
      run: () => void acts.edit(contract),
    },
    {
      key: "fulfil",
      label: t("contract.fulfil"),
      why: only(ACTIVE) ?? (open ? t("why.notAllOrdered") : orders.some(isOpen) ? t("why.ordersOpen") : undefined),
      run: () => void acts.fulfil(contract),
    },
    {
      key: "terminate",
      label: t("contract.terminate"),
      danger: true,
      rare: true,
      why: only(DRAFT, ACTIVE),
      run: () => void acts.terminate(contract),
    },
  ];
}
