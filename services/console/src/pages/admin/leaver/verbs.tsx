import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useTranslation } from "react-i18next";
import { maskOf } from "../../../api/mask";
import { useFirm } from "../../../api/me";
import { useMembers } from "../../../api/names";
import type { Ask } from "../../../blocks/ask";
import { useDo } from "../../../blocks/doing";
import type { Verb } from "../../../blocks/RecordPage";
import { type LeaverHandover, LeaverHandoverState } from "../../../gen/baton/directory/v1/leaver_handover_pb";
import { LeaverHandoverService } from "../../../gen/baton/directory/v1/leaver_handover_service_pb";
import { moment } from "../../../i18n/format";
import { changed } from "../changed";
import { useAdminAct } from "../useAdminAct";
import { isOpen } from "./kinds";

const { PLANNED, RUNNING, STOPPED, DONE, ROLLING_BACK, ROLLED_BACK, CANCELLED } = LeaverHandoverState;
const { method } = LeaverHandoverService;

/** Why a verb cannot be used in a state, as the key of a sentence. */
const WHY = {
  [RUNNING]: "leaver.why.running",
  [STOPPED]: "leaver.why.stopped",
  [DONE]: "leaver.why.done",
  [ROLLING_BACK]: "leaver.why.rollingBack",
  [ROLLED_BACK]: "leaver.why.rolledBack",
  [CANCELLED]: "leaver.why.cancelled",
  [PLANNED]: "leaver.why.planned",
} as const;

type Act = (request: { id: string; etag: string }) => Promise<unknown>;

/** Everything that may be done with a handover, each in its states and why not in others. */
export function useLeaverVerbs(handover: LeaverHandover, ask: Ask): Verb[] {
  const { t } = useTranslation(["admin", "common"]);
  const { done } = useDo();
  const { name } = useMembers();
  const zone = useFirm()?.timeZone;
  const update = useAdminAct(method.updateLeaverHandover);
  const execute = useAdminAct(method.executeLeaverHandover);
  const cancel = useAdminAct(method.cancelLeaverHandover);
  const rollBack = useAdminAct(method.rollBackLeaverHandover);
  const { id, etag, state, successorId, note } = handover;
  const said = { name: name(handover.memberId), successor: name(successorId) };
  const until = handover.rollBackUntilTime;
  const late = until !== undefined && timestampDate(until).getTime() < Date.now();
  const unless = (...allowed: LeaverHandoverState[]) =>
    allowed.includes(state) || state === LeaverHandoverState.UNSPECIFIED ? undefined : t(WHY[state]);

  const edit = () =>
    void ask({
      title: t("leaver.editTitle"),
      prefix: "leaverHandover",
      initial: { successorId, note },
      fields: [
        { name: "successorId", label: t("leaver.successor"), kind: "member", required: true },
        { name: "note", label: t("leaver.note"), kind: "area", max: 2000 },
      ],
      submit: async (filled) => {
        const change = changed({ successorId, note }, filled);
        if (!change) return;
        const leaverHandover = { id, successorId: filled.successorId, note: filled.note ?? "" };
        await update({ leaverHandover, updateMask: maskOf(change), etag });
        done(t("common:act.saved"));
      },
    });
  const confirm = (key: "execute" | "goOn" | "cancel" | "rollBack", act: Act) =>
    void ask({
      title: t(`leaver.${key}.title`, said),
      okText: t(`leaver.${key}.ok`),
      danger: true,
      intro: key === "execute" ? <Ending /> : <p>{t(`leaver.${key}.means`)}</p>,
      fields: [],
      submit: async () => {
        await act({ id, etag });
        done(t(`leaver.${key}.done`, said));
      },
    });
  const executing = state === STOPPED ? "goOn" : "execute";
  return [
    {
      key: "execute",
      label: t(`leaver.${executing}.verb`),
      primary: true,
      danger: true,
      why: unless(PLANNED, STOPPED),
      run: () => confirm(executing, execute),
    },
    { key: "edit", label: t("common:act.edit"), why: isOpen(state) ? undefined : unless(PLANNED, STOPPED), run: edit },
    { key: "cancel", label: t("leaver.cancel.verb"), why: unless(PLANNED), run: () => confirm("cancel", cancel) },
    {
      key: "rollBack",
      label: until ? t("leaver.rollBack.until", { time: moment(until, zone) }) : t("leaver.rollBack.verb"),
      danger: true,
      why: unless(DONE) ?? (late ? t("leaver.why.late") : undefined),
      run: () => confirm("rollBack", rollBack),
    },
  ];
}

/** What ends the moment that a handover is carried out. */
function Ending() {
  const { t } = useTranslation("admin");
  return (
    <>
      <p>{t("leaver.execute.atOnce")}</p>
      <ul>
        {(["access", "keys", "work", "territories"] as const).map((what) => (
          <li key={what}>{t(`leaver.execute.${what}`)}</li>
        ))}
      </ul>
      <p className="hint">{t("leaver.execute.back")}</p>
    </>
  );
}
