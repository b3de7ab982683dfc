import { timestampNow } from "@bufbuild/protobuf/wkt";
import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { useFirm } from "../../api/me";
import { Channel, ChannelSchema } from "../../gen/baton/customer/v1/channel_pb";
import { type Interaction, InteractionKind, InteractionKindSchema } from "../../gen/baton/customer/v1/interaction_pb";
import { InteractionService } from "../../gen/baton/customer/v1/interaction_service_pb";
import { dayIn, instant, wallText } from "../../i18n/zone";
import { type Field, FormDialog, type Values } from "../Form";
import { useSay } from "../say";
import { useChoices } from "../words";
import type { Target } from "./entries";

/** By which channel things of a kind mostly are. */
const USUAL: Partial<Record<InteractionKind, Channel>> = {
  [InteractionKind.CALL]: Channel.PHONE,
  [InteractionKind.VISIT]: Channel.FACE_TO_FACE,
  [InteractionKind.MATERIAL_SENT]: Channel.EMAIL,
  [InteractionKind.DEMO]: Channel.FACE_TO_FACE,
  [InteractionKind.NEGOTIATION]: Channel.FACE_TO_FACE,
};

interface Props {
  open: boolean;
  onClose: () => void;
  /** What it is about; left out, the dialog asks for a customer. */
  about?: Target;
  partyId?: string;
  contactId?: string;
  kind?: InteractionKind;
}

/** Records what was said or done with a customer, and what was agreed to do next, in one go. */
export function LogInteraction({ open, onClose, about, partyId = "", contactId, kind = InteractionKind.CALL }: Props) {
  const { t } = useTranslation(["customers", "common"]);
  const zone = useFirm()?.timeZone;
  const say = useSay();
  const create = useAct(InteractionService.method.createInteraction);
  const kinds = useChoices(InteractionKindSchema);
  const channels = useChoices(ChannelSchema);
  const party = partyId || (about?.kind === "ACCOUNT" ? about.id : "");
  const plans = (v: Values) => Boolean(v["followUp.title"]);
  const fields: Field[] = [
    ...(about ? [] : [{ name: "partyId", label: t("history.customer"), kind: "party", required: true } as const]),
    { name: "summary", label: t("history.summary"), kind: "area", required: true, max: 4000 },
    { name: "feedback", label: t("history.feedback"), kind: "area", max: 4000 },
    ...(about && !party
      ? []
      : [{ name: "contactId", label: t("history.contact"), kind: "contact", partyId: party } as const]),
    { name: "kind", label: t("history.kind"), kind: "choice", options: kinds, required: true },
    { name: "channel", label: t("history.channel"), kind: "choice", options: channels, required: true },
    { name: "happenedTime", label: t("history.happened"), kind: "moment", required: true },
    { name: "followUp.title", label: t("history.next"), max: 200, hint: t("history.nextHint") },
    { name: "followUp.dueTime", label: t("followUp.due"), kind: "moment", required: true, when: plans },
    {
      name: "followUp.ownerId",
      label: t("followUp.owner"),
      kind: "member",
      hint: t("followUp.ownerHint"),
      when: plans,
    },
  ];
  const record = async (v: Values) => {
    await create.mutateAsync({
      interaction: {
        about: about ? { kind: about.kind, id: about.id } : { kind: "ACCOUNT", id: v.partyId },
        partyId: about ? party : v.partyId,
        contactId: v.contactId ?? "",
        kind: v.kind,
        channel: v.channel,
        summary: v.summary,
        feedback: v.feedback ?? "",
        happenedTime: instant(v.happenedTime, zone),
        followUp: plans(v)
          ? {
              title: v["followUp.title"],
              dueTime: instant(v["followUp.dueTime"], zone),
              ownerId: v["followUp.ownerId"] ?? "",
            }
          : undefined,
      },
    });
    say.done(t("history.logged"));
  };
  return (
    <FormDialog
      open={open}
      title={
        kind === InteractionKind.CALL
          ? t("history.logCall")
          : kind === InteractionKind.VISIT
            ? t("history.logVisit")
            : t("history.logOther")
      }
      fields={fields}
      prefix="interaction"
      width={720}
      initial={{
        kind,
        contactId,
        channel: USUAL[kind] ?? Channel.PHONE,
        happenedTime: wallText(timestampNow(), zone),
        "followUp.dueTime": `${dayIn(zone, 1)}T09:00`,
      }}
      submit={record}
      onClose={onClose}
    />
  );
}

/** Corrects what was recorded of an interaction. */
export function EditInteraction({ open, onClose, of }: { open: boolean; onClose: () => void; of: Interaction }) {
  const { t } = useTranslation(["customers", "common"]);
  const zone = useFirm()?.timeZone;
  const say = useSay();
  const update = useAct(InteractionService.method.updateInteraction);
  const fields: Field[] = [
    { name: "summary", label: t("history.summary"), kind: "area", required: true, max: 4000 },
    { name: "feedback", label: t("history.feedback"), kind: "area", max: 4000 },
    {
      name: "kind",
      label: t("history.kind"),
      kind: "choice",
      options: useChoices(InteractionKindSchema),
      required: true,
    },
    {
      name: "channel",
      label: t("history.channel"),
      kind: "choice",
      options: useChoices(ChannelSchema),
      required: true,
    },
    { name: "happenedTime", label: t("history.happened"), kind: "moment", required: true },
  ];
  const shown = of.happenedTime && wallText(of.happenedTime, zone);
  const save = async (v: Values) => {
    const asSaid = {
      summary: v.summary,
      feedback: v.feedback ?? "",
      kind: v.kind,
      channel: v.channel,
      // The field knows minutes only: a time that was not touched stays exact.
      happenedTime: v.happenedTime === shown ? of.happenedTime : instant(v.happenedTime, zone),
    };
    const updateMask = { paths: ["summary", "feedback", "kind", "channel", "happened_time"] };
    await update.mutateAsync({ interaction: { id: of.id, ...asSaid }, updateMask, etag: of.etag });
    say.done(t("common:act.saved"));
  };
  return (
    <FormDialog
      open={open}
      title={t("history.edit")}
      fields={fields}
      prefix="interaction"
      width={720}
      initial={{ ...of, happenedTime: shown }}
      submit={save}
      onClose={onClose}
    />
  );
}
