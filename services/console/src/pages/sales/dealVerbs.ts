import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Verb } from "../../blocks/RecordPage";
import { type Opportunity, OpportunityState } from "../../gen/baton/sales/v1/opportunity_pb";
import type { Process } from "../../gen/baton/sales/v1/process_pb";
import { useCommerceVerbs } from "./commerce";
import { asInput, type LineInput } from "./DealLines";
import { type DealChange, useDealActs } from "./dealActs";
import { useDealFields } from "./dealForm";
import { filled } from "./filled";
import { useClosingQuestions } from "./questions";

const { OPEN, WON, LOST, RETRACTED } = OpportunityState;

/** Everything that may be done with a deal, the questions that this asks, and the two acts that stand on the page itself. */
export function useDealVerbs(deal: Opportunity, process: Process | undefined) {
  const { t } = useTranslation("sales");
  const me = useMe();
  const firm = useFirm();
  const go = useNavigate();
  const acts = useDealActs();
  const { ask, dialog } = useAsk();
  const { run, done } = useDo();
  const questions = useClosingQuestions(ask);
  const fields = useDealFields();
  const commerce = useCommerceVerbs({ name: deal.name, commerceState: deal.commerceState, record: deal, acts }, ask);
  const sells = me.can(Duty.SALES, Access.WRITE);
  const closed = { [WON]: t("why.won"), [LOST]: t("why.lost"), [RETRACTED]: t("why.retracted") } as Record<
    number,
    string
  >;
  const whyClosed = closed[deal.state];

  const stages = process?.stages ?? [];
  const next = stages[stages.findIndex((s) => s.id === deal.stageId) + 1];
  const stageName = (id: string) => stages.find((s) => s.id === id)?.name ?? "";
  const move = (stageId: string) =>
    run(
      () => acts.move(deal, stageId),
      t("move.done", { name: deal.name, stage: stageName(stageId) }),
      (after) => acts.move(after, deal.stageId),
    );
  const askMove = () =>
    ask({
      title: t("move.title", { name: deal.name }),
      okText: t("move.ok"),
      fields: [
        {
          name: "stageId",
          label: t("deal.stage"),
          kind: "choice",
          required: true,
          options: stages.filter((s) => s.id !== deal.stageId).map((s) => ({ value: s.id, label: s.name })),
        },
      ],
      submit: async (v) => {
        const after = await acts.move(deal, v.stageId);
        done(t("move.done", { name: deal.name, stage: stageName(v.stageId) }), () => acts.move(after, deal.stageId));
      },
    });
  const won = (priced: Opportunity) =>
    run(
      () => acts.win(priced),
      t("win.done", { name: deal.name }),
      (after) => acts.reopen(after, deal.stageId),
    );
  const win = () =>
    deal.amount
      ? won(deal)
      : questions.amount(deal.name, async (amount) => void won(await acts.change(deal, { amount })));
  const lose = () =>
    questions.loss(deal.name, async (loss) => {
      const after = await acts.lose(deal, loss);
      done(t("lose.done", { name: deal.name }), () => acts.reopen(after, deal.stageId));
    });
  const reopen = () =>
    ask({
      title: t("reopen.title", { name: deal.name }),
      okText: t("reopen.ok"),
      initial: { stageId: stageName(deal.stageId) ? deal.stageId : stages[0]?.id },
      fields: [
        {
          name: "stageId",
          label: t("reopen.stage"),
          kind: "choice",
          options: stages.map((s) => ({ value: s.id, label: s.name })),
        },
      ],
      submit: async (v) => {
        const after = await acts.reopen(deal, v.stageId);
        const { lossReason: reason, competitor } = deal;
        done(t("reopen.done", { name: deal.name }), () =>
          deal.state === WON ? acts.win(after) : acts.lose(after, { reason, competitor }),
        );
      },
    });
  const change = async (to: DealChange) => {
    const after = await acts.change(deal, to);
    return () => acts.changeBack(after, to, deal);
  };
  const edit = () =>
    ask({
      title: t("edit.title", { name: deal.name }),
      prefix: "opportunity",
      fields: fields.edit(deal.lines.length > 0),
      initial: { ...deal },
      submit: async (v) => done(t("edit.done"), await change(filled<DealChange>(v))),
    });

  const own: Verb[] = sells
    ? [
        {
          key: "next",
          label: next ? t("move.next", { stage: next.name }) : t("move.last"),
          primary: next !== undefined,
          why: whyClosed ?? (next ? undefined : t("why.lastStage")),
          run: () => void (next && move(next.id)),
        },
        {
          key: "win",
          label: t("win.verb"),
          primary: next === undefined,
          why: whyClosed ?? (deal.partyId ? undefined : t("why.noCustomer")),
          run: () => void win(),
        },
        { key: "lose", label: t("lose.verb"), danger: true, why: whyClosed, run: () => void lose() },
        { key: "edit", label: t("edit.verb"), shortcut: "e", why: whyClosed, run: () => void edit() },
        { key: "move", label: t("move.verb"), why: whyClosed, run: () => void askMove() },
        {
          key: "reopen",
          label: t("reopen.verb"),
          why:
            deal.state === OPEN ? t("why.open") : deal.state === RETRACTED ? t("why.retracted") : commerce.whyNoReopen,
          run: () => void reopen(),
        },
      ]
    : [];
  const project: Verb = {
    key: "project",
    label: t("deal.makeProject"),
    why: deal.state === RETRACTED ? t("why.retracted") : undefined,
    run: () =>
      void go({ to: "/projects", search: { new: "1", sourceKind: "OPPORTUNITY", sourceId: deal.id, name: deal.name } }),
  };
  return {
    verbs: [...own, ...commerce.verbs, ...(sells && firm?.projectsEnabled !== false ? [project] : [])],
    dialog,
    sells,
    whyClosed,
    /** Moves it to a stage. */
    move: (stageId: string) => void move(stageId),
    /** Changes fields; resolves to the way back. */
    change,
    /** Replaces the lines; resolves to the way back. */
    setLines: async (lines: LineInput[]) => {
      const after = await acts.setLines(deal, lines);
      return () => acts.setLines(after, asInput(deal.lines));
    },
  };
}
