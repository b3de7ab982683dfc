import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useRead } from "../../../api/calls";
import { useAsk } from "../../../blocks/ask";
import { useDo } from "../../../blocks/doing";
import { LinesDialog } from "../../../blocks/lines/LinesEditor";
import { type Part, PartsField, taken } from "../../../blocks/PartsField";
import { milli, quantityText } from "../../../blocks/quantity";
import { ContractService } from "../../../gen/baton/commerce/v1/contract_service_pb";
import type { Line } from "../../../gen/baton/commerce/v1/line_pb";
import type { Order } from "../../../gen/baton/commerce/v1/order_pb";
import { OrderService } from "../../../gen/baton/commerce/v1/order_service_pb";
import { leftOf } from "../contractActs";

interface Props {
  order: Order;
  open: boolean;
  onDone: () => void;
}

/** Writes the lines of a draft. One that was drawn from a contract only says how much of which line of it. */
export function WriteLines(props: Props) {
  const { t } = useTranslation("commerce");
  const { done } = useDo();
  const { order, open, onDone } = props;
  const setLines = useAct(OrderService.method.setOrderLines);
  const save = async (lines: Parameters<typeof setLines.mutateAsync>[0]["lines"]) => {
    await setLines.mutateAsync({ id: order.id, etag: order.etag, lines });
    done(t("lines.saved"));
  };
  if (order.source?.kind === "CONTRACT") return <DrawLines {...props} save={save} />;
  return (
    <LinesDialog
      open={open}
      title={t("lines.edit")}
      lines={order.lines}
      currency={order.currencyCode}
      save={save}
      onDone={onDone}
    />
  );
}

function DrawLines({
  order,
  open,
  onDone,
  save,
}: Props & { save: (lines: Pick<Line, "contractLineId" | "quantity">[]) => Promise<void> }) {
  const { t } = useTranslation("commerce");
  const { ask, dialog } = useAsk();
  const id = order.source?.id ?? "";
  const { data } = useRead(ContractService.method.getContract, { id }, { enabled: open });
  const contract = data?.contract;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it asks once each time it is opened
  useEffect(() => {
    if (!open || !contract) return;
    const held = new Map(order.lines.map((l) => [l.contractLineId, l.quantity]));
    const parts: Part[] = contract.lines.map((line) => ({
      id: line.id,
      name: line.description,
      unit: line.unit,
      // What this order holds of it can be taken again.
      left: quantityText((milli(leftOf(line)) ?? 0n) + (milli(held.get(line.id) ?? "") ?? 0n)),
    }));
    void ask({
      title: t("lines.edit"),
      intro: <p className="hint">{t("lines.ofContract", { number: contract.number })}</p>,
      width: 640,
      fields: [
        { name: "lines", label: t("contract.callOffLines"), control: <PartsField lines={parts} />, required: true },
      ],
      initial: { lines: Object.fromEntries(parts.map((p) => [p.id, held.get(p.id) ?? ""])) },
      submit: (v) => save(taken(v.lines).map((p) => ({ contractLineId: p.lineId, quantity: p.quantity }))),
    }).finally(onDone);
  }, [open, contract === undefined]);
  return <>{dialog}</>;
}
