import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { refresh } from "../../api/calls";
import { RecordLink } from "../../blocks/Objects";
import { OperationProgress } from "../../blocks/Operation";
import { Pill } from "../../blocks/Pill";
import { useWords } from "../../blocks/words";
import {
  type HandOver,
  HandOverState,
  HandOverTarget,
  HandOverTargetSchema,
} from "../../gen/baton/sales/v1/opportunity_pb";
import type { Handoff } from "../../gen/baton/type/v1/handoff_pb";
import { HandoffState } from "../../gen/baton/type/v1/handoff_pb";

/** How often it is looked how far a hand-over is. */
const LOOK_EVERY_MS = 1_000;

/** The interval in which a hand-over is looked at again: only while it goes on. */
export const lookAgain = (handOver: HandOver | undefined) =>
  handOver?.state === HandOverState.RUNNING ? LOOK_EVERY_MS : false;

/** How the last hand-over went: step by step, what was made, or why commerce refused. */
export function HandOverNotice({ handOver }: { handOver: HandOver | undefined }) {
  const { t } = useTranslation("sales");
  const { word } = useWords();
  const cache = useQueryClient();
  const state = handOver?.state;
  useEffect(() => {
    // What ended changed the record as well.
    if (state === HandOverState.RUNNING) return () => void refresh(cache);
    return undefined;
  }, [state, cache]);
  if (!handOver) return null;
  const target = word(HandOverTargetSchema, handOver.target);
  if (handOver.state === HandOverState.COMPLETED) {
    const kind = handOver.target === HandOverTarget.CONTRACT ? "CONTRACT" : "ORDER";
    return (
      <div className="bar">
        <Pill tone="success">{t("commerce.made", { target })}</Pill>
        <RecordLink kind={kind} id={handOver.madeId}>
          {handOver.madeNumber}
        </RecordLink>
      </div>
    );
  }
  const refusal = handOver.refusal;
  return (
    <OperationProgress
      title={t("commerce.making", { target })}
      step={handOver.step}
      of={handOver.stepCount}
      state={handOver.state === HandOverState.REFUSED ? "refused" : "running"}
      why={refusal && [refusal.message, ...refusal.violations.map((v) => v.field)].join(" ")}
    />
  );
}

/** Why commerce gave it back, while that waits for an answer. */
export function ReturnNotice({ handoffs }: { handoffs: Handoff[] }) {
  const { t } = useTranslation("sales");
  const last = handoffs.at(-1);
  if (last?.state !== HandoffState.RETURNED) return null;
  return (
    <div className="bar">
      <Pill tone="danger">{t("commerce.cameBack")}</Pill>
      <span>{last.reason}</span>
    </div>
  );
}
