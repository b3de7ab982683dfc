import { Alert, Progress as Bar } from "antd";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { type LeaverHandover, LeaverHandoverState } from "../../../gen/baton/directory/v1/leaver_handover_pb";
import { number } from "../../../i18n/format";
import { isMoving } from "./kinds";

/** How far it is while records move, or why they no longer do. */
export function Progress({ handover }: { handover: LeaverHandover }) {
  const { t } = useTranslation(["admin", "common"]);
  const { state, progress, stopReason } = handover;
  // What a newer service stops for is told as it calls it.
  const told = (reason: string) =>
    i18next.exists(`admin:leaver.stopped.reason.${reason}`) ? t(`leaver.stopped.reason.${reason as "DENIED"}`) : reason;
  if (state === LeaverHandoverState.STOPPED) {
    return (
      <Alert
        type="warning"
        role="alert"
        title={t("leaver.stopped.title")}
        description={t("leaver.stopped.means", { reason: told(stopReason) })}
      />
    );
  }
  if (!isMoving(state)) return null;
  const title = t(state === LeaverHandoverState.RUNNING ? "leaver.running" : "leaver.rollingBack");
  const done = Number(progress?.records ?? 0n);
  const planned = Number(progress?.plannedRecords ?? 0n);
  // Records come on top while it goes on, so it is never told to be over before its state says so.
  const percent = planned === 0 ? 0 : Math.min(99, Math.floor((done / planned) * 100));
  return (
    <div className="operation" role="status" aria-live="polite">
      <strong>{title}</strong>{" "}
      <span className="num">
        {t("leaver.progress", {
          kinds: number(progress?.doneKinds ?? 0),
          ofKinds: number(progress?.kinds ?? 0),
          records: number(done),
          ofRecords: number(planned),
        })}
      </span>
      <Bar percent={percent} status="active" aria-label={title} />
      <p className="hint">{t("common:progress.goesOn")}</p>
    </div>
  );
}
