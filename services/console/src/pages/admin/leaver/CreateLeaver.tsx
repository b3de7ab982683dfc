import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { LeaverHandoverService } from "../../../gen/baton/directory/v1/leaver_handover_service_pb";
import { useAdminAct } from "../useAdminAct";

interface Props {
  open: boolean;
  onClose: () => void;
  /** Who leaves, where that is known. */
  memberId?: string;
}

/** Plans a handover, and goes to its page: nothing ends and nothing moves before it is carried out there. */
export function CreateLeaver({ open, onClose, memberId }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const go = useNavigate();
  const create = useAdminAct(LeaverHandoverService.method.createLeaverHandover);
  return (
    <FormDialog
      open={open}
      title={t("leaver.create")}
      okText={t("leaver.plan")}
      prefix="leaverHandover"
      intro={<p className="hint">{t("leaver.createHint")}</p>}
      initial={{ memberId }}
      fields={[
        { name: "memberId", label: t("leaver.member"), kind: "member", required: true },
        {
          name: "successorId",
          label: t("leaver.successor"),
          kind: "member",
          required: true,
          hint: t("leaver.successorHint"),
        },
        { name: "note", label: t("leaver.note"), kind: "area", max: 2000 },
      ]}
      submit={async (filled) => {
        const { leaverHandover } = await create({
          leaverHandover: {
            memberId: filled.memberId,
            successorId: filled.successorId,
            note: filled.note ?? "",
          },
        });
        say.done(t("leaver.planned"));
        if (leaverHandover) void go({ to: "/admin/leaver-handovers/$id", params: { id: leaverHandover.id } });
      }}
      onClose={onClose}
    />
  );
}
