import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Opportunity } from "../../gen/baton/sales/v1/opportunity_pb";
import { useDealActs } from "./dealActs";
import { useClosingQuestions } from "./questions";

/** Where a deal goes that leaves the board. */
export const WON = "WON";
export const LOST = "LOST";

/**
 * Moves deals over the board. A card stands in its new place at once, and back in the old one if the service refuses; it can
 * be taken back. `stageName` tells what a stage is called.
 */
export function useDealMoves(stageName: (id: string) => string) {
  const { t } = useTranslation("sales");
  const acts = useDealActs();
  const { run, done } = useDo();
  const { ask, dialog } = useAsk();
  const questions = useClosingQuestions(ask);
  const [moving, setMoving] = useState<Record<string, string>>({});

  /** Shows a deal in a place for as long as an act on it goes on. */
  const during = async <Answer>(deal: Opportunity, place: string, act: () => Promise<Answer>): Promise<Answer> => {
    setMoving((all) => ({ ...all, [deal.id]: place }));
    try {
      return await act();
    } finally {
      setMoving(({ [deal.id]: _, ...others }) => others);
    }
  };
  const reopen = (after: Opportunity) => acts.reopen(after, after.stageId);
  const win = (deal: Opportunity) =>
    during(deal, WON, () => run(() => acts.win(deal), t("win.done", { name: deal.name }), reopen));

  const move = (deal: Opportunity, to: string) => {
    if (to === LOST) {
      void questions.loss(deal.name, async (loss) => {
        const after = await during(deal, LOST, () => acts.lose(deal, loss));
        done(t("lose.done", { name: deal.name }), () => reopen(after));
      });
    } else if (to !== WON) {
      const text = t("move.done", { name: deal.name, stage: stageName(to) });
      void during(deal, to, () =>
        run(
          () => acts.move(deal, to),
          text,
          (after) => acts.move(after, deal.stageId),
        ),
      );
    } else if (deal.amount) {
      void win(deal);
    } else {
      void questions.amount(deal.name, async (amount) => void win(await acts.change(deal, { amount })));
    }
  };
  return {
    move,
    /** Where a deal stands, or is about to. */
    placeOf: (deal: Opportunity) => moving[deal.id] ?? deal.stageId,
    dialog,
  };
}
