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
import { allOf, PartsField } from "../../blocks/PartsField";
import { left } from "../../blocks/quantity";
import { useChoices } from "../../blocks/words";
import {
  type Contract,
  type TerminationReason,
  TerminationReasonSchema,
} from "../../gen/baton/commerce/v1/contract_pb";
import { ContractService } from "../../gen/baton/commerce/v1/contract_service_pb";
import type { Line } from "../../gen/baton/commerce/v1/line_pb";
import { useCurrencyField, usePartyField, useSeatFields, useTaken } from "./documents";

const said = (v: Values | Contract) => ({
  title: v.title ?? "",
  startDate: v.startDate ?? "",
  endDate: v.endDate ?? "",
  terms: v.terms ?? "",
  ownerId: v.ownerId ?? "",
  territoryId: v.territoryId ?? "",
});

/** What is left to order of a line of a contract. */
export const leftOf = (line: Line) => left(line.quantity, line.orderedQuantity);

/** The lines of a contract of which something is left to order. */
export const openParts = (contract: Contract) =>
  contract.lines
    .map((line) => ({ id: line.id, name: line.description, unit: line.unit, left: leftOf(line) }))
    .filter((part) => part.left !== "0");

/** What people do with contracts. */
export function useContractActs(ask: Ask) {
  const { t } = useTranslation(["commerce", "common"]);
  const go = useNavigate();
  const me = useMe();
  const firm = useFirm();
  const { done } = useDo();
  const takenOf = useTaken();
  const creating = useAct(ContractService.method.createContract);
  const updating = useAct(ContractService.method.updateContract);
  const activating = useAct(ContractService.method.activateContract);
  const fulfilling = useAct(ContractService.method.fulfilContract);
  const terminating = useAct(ContractService.method.terminateContract);
  const drawing = useAct(ContractService.method.createContractOrder);
  const reasons = useChoices(TerminationReasonSchema);
  const [party, currency, seat] = [usePartyField(), useCurrencyField(), useSeatFields()];
  const fields: Field[] = [
    { name: "title", label: t("document.title"), required: true, max: 200 },
    { name: "startDate", label: t("contract.start"), kind: "day" },
    { name: "endDate", label: t("contract.end"), kind: "day" },
    { name: "terms", label: t("contract.terms"), kind: "area", max: 10_000 },
    ...seat,
  ];
  const same = (contract: Contract) => ({ id: contract.id, etag: contract.etag });
  return {
    /** Asks for a new one and opens its page, where its lines are written. */
    create: async (from: Filters) => {
      let opened = "";
      await ask({
        title: t("contract.new"),
        width: 720,
        intro: <p className="hint">{t("document.linesLater")}</p>,
        fields: [party, currency, ...fields],
        prefix: "contract",
        initial: { partyId: from.partyId, title: from.title, ownerId: me.id, currencyCode: firm?.currencyCode },
        submit: async (v) => {
          const contract = { partyId: v.partyId, currencyCode: v.currencyCode, source: sourceIn(from), ...said(v) };
          const answer = await creating.mutateAsync({ contract });
          opened = answer.contract?.id ?? "";
          done(t("contract.created"));
        },
      });
      if (opened) void go({ to: "/contracts/$id", params: { id: opened } });
    },
    edit: (contract: Contract) =>
      ask({
        title: t("contract.edit"),
        width: 720,
        fields,
        prefix: "contract",
        initial: said(contract),
        submit: async (v) => {
          const save = (to: ReturnType<typeof said>, etag: string) =>
            updating.mutateAsync({ contract: { id: contract.id, ...to }, updateMask: maskOf(to), etag });
          const answer = await save(said(v), contract.etag);
          done(t("common:act.saved"), () => save(said(contract), answer.contract?.etag ?? ""));
        },
      }),
    activate: (contract: Contract) =>
      ask({
        title: t("contract.activate"),
        intro: <p>{t("contract.activateIntro")}</p>,
        okText: t("contract.activate"),
        fields: [],
        submit: async () => {
          await activating.mutateAsync(same(contract));
          done(t("contract.activated"));
        },
      }),
    fulfil: (contract: Contract) =>
      ask({
        title: t("contract.fulfil"),
        intro: <p>{t("contract.fulfilIntro")}</p>,
        okText: t("contract.fulfil"),
        fields: [],
        submit: async () => {
          await fulfilling.mutateAsync(same(contract));
          done(t("contract.fulfilled"));
        },
      }),
    terminate: (contract: Contract) =>
      ask({
        title: t("contract.terminate"),
        intro: <p>{t("contract.terminateIntro")}</p>,
        okText: t("contract.terminate"),
        danger: true,
        fields: [
          { name: "reason", label: t("common:form.reason"), kind: "choice", options: reasons, required: true },
          {
            name: "note",
            label: t("common:form.note"),
            kind: "area",
            max: 2000,
            hint: t("document.otherHint"),
          },
        ],
        submit: async (v) => {
          const reason: TerminationReason = v.reason;
          await terminating.mutateAsync({ ...same(contract), reason, note: v.note ?? "" });
          done(t("contract.terminated"));
        },
      }),
    /** Draws an order: how much of which line, of what is left of it. Opens the order. */
    callOff: async (contract: Contract) => {
      const parts = openParts(contract);
      let opened = "";
      await ask({
        title: t("contract.callOff"),
        intro: <p className="hint">{t("contract.callOffIntro")}</p>,
        okText: t("contract.callOffOk"),
        width: 640,
        fields: [
          { name: "lines", label: t("contract.callOffLines"), control: <PartsField lines={parts} />, required: true },
          { name: "title", label: t("contract.orderTitle"), max: 200, placeholder: contract.title },
          { name: "requestedDate", label: t("order.requested"), kind: "day" },
          { name: "note", label: t("order.note"), kind: "area", max: 2000 },
        ],
        initial: { lines: allOf(parts) },
        submit: async (v) => {
          const answer = await drawing.mutateAsync({
            ...same(contract),
            lines: takenOf(v.lines),
            title: v.title ?? "",
            requestedDate: v.requestedDate ?? "",
            note: v.note ?? "",
          });
          opened = answer.order?.id ?? "";
          done(t("contract.calledOff", { number: answer.order?.number ?? "" }));
        },
      });
      if (opened) void go({ to: "/orders/$id", params: { id: opened } });
    },
  };
}
