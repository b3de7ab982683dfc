import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { useAct, useRead } from "../../api/calls";
import { useFirm, useMe } from "../../api/me";
import type { FollowUp } from "../../gen/baton/customer/v1/follow_up_pb";
import { FollowUpService } from "../../gen/baton/customer/v1/follow_up_service_pb";
import { dayIn, instant, wallText } from "../../i18n/zone";
import { type Field, FormDialog, type Values } from "../Form";
import { useSay } from "../say";
import { Failure } from "../states";
import type { Target } from "./entries";

export type FollowUpAct = "add" | "edit" | "complete" | "cancel" | "reopen";

interface Props {
  open: boolean;
  onClose: () => void;
  act: FollowUpAct;
  /** The follow-up; left out when one is added. */
  id?: string;
  /** What a new one is about; left out, the dialog asks for a customer. */
  about?: Target;
  partyId?: string;
}

/** Adds a follow-up, or does with one whatever people do with it. It is read anew before anything is done. */
export function FollowUpDialog({ open, onClose, act, id = "", about, partyId }: Props) {
  const read = useRead(FollowUpService.method.getFollowUp, { id }, { enabled: open && id !== "", staleTime: 0 });
  const followUp = read.data?.followUp;
  if (act === "add") return <Add open={open} onClose={onClose} about={about} partyId={partyId} />;
  if (read.error) return <Unreadable open={open} onClose={onClose} error={read.error} />;
  if (!followUp) return null;
  if (act === "edit") return <Edit open={open} onClose={onClose} of={followUp} />;
  if (act === "reopen") return <Reopen open={open} onClose={onClose} of={followUp} />;
  return <CloseFollowUp open={open} onClose={onClose} of={followUp} done={act === "complete"} />;
}

/** In place of a dialog about something that could not be read. */
export function Unreadable({ open, onClose, error }: Dialog & { error: unknown }) {
  return (
    <Modal open={open} onCancel={onClose} footer={null}>
      <Failure error={error} />
    </Modal>
  );
}

type Dialog = Pick<Props, "open" | "onClose">;

function useFields(): Field[] {
  const { t } = useTranslation("customers");
  return [
    { name: "title", label: t("followUp.title"), required: true, max: 200 },
    { name: "dueTime", label: t("followUp.due"), kind: "moment", required: true },
    { name: "ownerId", label: t("followUp.owner"), kind: "member", required: true },
    { name: "note", label: t("followUp.note"), kind: "area", max: 4000 },
  ];
}

function Add({ open, onClose, about, partyId }: Dialog & Pick<Props, "about" | "partyId">) {
  const { t } = useTranslation("customers");
  const zone = useFirm()?.timeZone;
  const me = useMe();
  const say = useSay();
  const create = useAct(FollowUpService.method.createFollowUp);
  const customer: Field = { name: "partyId", label: t("history.customer"), kind: "party", required: true };
  const fields = useFields();
  const add = async (v: Values) => {
    const target = about ?? { kind: "ACCOUNT", id: v.partyId };
    await create.mutateAsync({
      followUp: {
        about: { kind: target.kind, id: target.id },
        partyId: partyId || (target.kind === "ACCOUNT" ? target.id : ""),
        title: v.title,
        note: v.note ?? "",
        dueTime: instant(v.dueTime, zone),
        ownerId: v.ownerId,
      },
    });
    say.done(t("followUp.added"));
  };
  return (
    <FormDialog
      open={open}
      title={t("followUp.add")}
      fields={about ? fields : [customer, ...fields]}
      prefix="followUp"
      initial={{ ownerId: me.id, dueTime: `${dayIn(zone, 1)}T09:00` }}
      submit={add}
      onClose={onClose}
    />
  );
}

function Edit({ open, onClose, of }: Dialog & { of: FollowUp }) {
  const { t } = useTranslation(["customers", "common"]);
  const zone = useFirm()?.timeZone;
  const say = useSay();
  const update = useAct(FollowUpService.method.updateFollowUp);
  const shown = of.dueTime && wallText(of.dueTime, zone);
  const save = async (v: Values) => {
    // The field knows minutes only: a time that was not touched stays exact, and may lie in the past.
    const dueTime = v.dueTime === shown ? of.dueTime : instant(v.dueTime, zone);
    await update.mutateAsync({
      followUp: { id: of.id, title: v.title, note: v.note ?? "", ownerId: v.ownerId, dueTime },
      updateMask: { paths: ["title", "note", "due_time", "owner_id"] },
      etag: of.etag,
    });
    say.done(t("common:act.saved"));
  };
  return (
    <FormDialog
      open={open}
      title={t("followUp.edit")}
      fields={useFields()}
      prefix="followUp"
      initial={{ title: of.title, note: of.note, ownerId: of.ownerId, dueTime: shown }}
      submit={save}
      onClose={onClose}
    />
  );
}

function CloseFollowUp({ open, onClose, of, done }: Dialog & { of: FollowUp; done: boolean }) {
  const { t } = useTranslation("customers");
  const { complete, cancel } = useClosing();
  return (
    <FormDialog
      open={open}
      title={done ? t("followUp.complete") : t("followUp.cancel")}
      okText={done ? t("followUp.complete") : t("followUp.cancel")}
      intro={<p>{of.title}</p>}
      fields={[
        { name: "result", label: done ? t("followUp.result") : t("followUp.whyCancelled"), kind: "area", max: 4000 },
      ]}
      submit={(v) => (done ? complete(of, v.result ?? "") : cancel(of, v.result ?? ""))}
      onClose={onClose}
    />
  );
}

/** Completing and cancelling follow-ups, each with the way back in what is told. */
export function useClosing() {
  const { t } = useTranslation("customers");
  const say = useSay();
  const completing = useAct(FollowUpService.method.completeFollowUp);
  const cancelling = useAct(FollowUpService.method.cancelFollowUp);
  const reopening = useAct(FollowUpService.method.reopenFollowUp);
  const back = (closed: FollowUp | undefined) => () => {
    reopening.mutateAsync({ id: closed?.id ?? "", etag: closed?.etag ?? "" }).catch(say.refused);
  };
  return {
    complete: async (of: FollowUp, result: string) => {
      const answer = await completing.mutateAsync({ id: of.id, etag: of.etag, result });
      say.done(t("followUp.completed"), back(answer.followUp));
    },
    cancel: async (of: FollowUp, result: string) => {
      const answer = await cancelling.mutateAsync({ id: of.id, etag: of.etag, result });
      say.done(t("followUp.cancelled"), back(answer.followUp));
    },
  };
}

function Reopen({ open, onClose, of }: Dialog & { of: FollowUp }) {
  const { t } = useTranslation("customers");
  const zone = useFirm()?.timeZone;
  const say = useSay();
  const reopen = useAct(FollowUpService.method.reopenFollowUp);
  return (
    <FormDialog
      open={open}
      title={t("followUp.reopen")}
      okText={t("followUp.reopen")}
      intro={<p>{of.title}</p>}
      fields={[{ name: "dueTime", label: t("followUp.due"), kind: "moment", hint: t("followUp.dueHint") }]}
      initial={{ dueTime: `${dayIn(zone, 1)}T09:00` }}
      submit={async (v) => {
        await reopen.mutateAsync({ id: of.id, etag: of.etag, dueTime: instant(v.dueTime, zone) });
        say.done(t("followUp.reopened"));
      }}
      onClose={onClose}
    />
  );
}
