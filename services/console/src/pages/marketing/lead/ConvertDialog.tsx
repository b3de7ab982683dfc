import { Alert, Form, Grid, Modal } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useRead, useSettled } from "../../../api/calls";
import { isStale, type Refusal, refusal } from "../../../api/refusal";
import type { Values } from "../../../blocks/Form";
import { Fields } from "../../../blocks/form/Fields";
import { onFields } from "../../../blocks/form/refused";
import { useSay } from "../../../blocks/say";
import { type ConversionPreview, ConversionState } from "../../../gen/baton/marketing/v1/conversion_pb";
import type { Lead } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";
import { useUndoConversion } from "./ConversionNotice";
import { useConvertFields } from "./convertFields";
import { convertRequest } from "./convertRequest";
import { Preview } from "./Preview";

interface Props {
  lead: Lead;
  open: boolean;
  onClose: () => void;
}

/** Turns a lead into an opportunity or a sales project; what would happen stands beside the choices while they are made. */
export function ConvertDialog({ lead, open, onClose }: Props) {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const wide = Grid.useBreakpoint().md ?? true;
  const [form] = Form.useForm();
  const say = useSay();
  const values = (Form.useWatch([], form) ?? {}) as Values;
  const { preview, refused } = usePreview(lead, values, open);
  const fields = useConvertFields(lead, values, preview);
  const convert = useAct(LeadService.method.convertLead);
  const undo = useUndoConversion(lead);
  const [told, setTold] = useState<Refusal>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens; what is filled in stays
  useEffect(() => {
    if (!open) return;
    form.resetFields();
    form.setFieldsValue({
      goal: "opportunity",
      contactMode: "own",
      "verification.channel": lead.contactChannel || undefined,
    });
    setTold(undefined);
  }, [open]);

  const send = async () => {
    const filled = (await form.validateFields().catch(() => undefined)) as Values | undefined;
    if (!filled) return;
    try {
      const { conversion } = await convert.mutateAsync(convertRequest(lead, filled));
      onClose();
      if (conversion?.state === ConversionState.COMPLETED) {
        const number = conversion.opportunityNumber || conversion.projectNumber;
        say.done(t("conversion.done", { number }), undo.run);
      }
    } catch (cause) {
      const left = onFields(form, fields, undefined, refusal(cause));
      setTold(isStale(cause) ? { ...left, text: common("error.stale") } : left);
    }
  };
  return (
    <Modal
      open={open}
      onCancel={onClose}
      onOk={() => void send()}
      okText={t("verb.convert")}
      cancelText={common("act.cancel")}
      okButtonProps={{ loading: convert.isPending }}
      title={t("conversion.title", { number: lead.number })}
      width={wide ? 920 : undefined}
      destroyOnHidden
      forceRender
    >
      {told && <Alert type="error" role="alert" title={told.text} style={{ marginBottom: 12 }} />}
      <div className="columns">
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onKeyDown={(e) => {
            if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void send();
          }}
        >
          <div className="pairs">
            <Fields fields={fields} form={form} />
          </div>
        </Form>
        <Preview
          preview={preview}
          refused={refused}
          newContact={values["newContact.name"] ?? ""}
          link={(linkPartyId) =>
            form.setFieldsValue({ linkPartyId, contactId: undefined, joinOpportunityId: undefined })
          }
        />
      </div>
    </Modal>
  );
}

/** What the service says would happen, a moment after each change; the last answer stays until the next one is there. */
function usePreview(lead: Lead, values: Values, open: boolean) {
  const request = useSettled({ ...convertRequest(lead, values), validateOnly: true });
  const complete = values.goal !== undefined && (values.goal !== "join" || Boolean(request.joinOpportunityId));
  const asked = useRead(LeadService.method.convertLead, request, { enabled: open && complete, staleTime: 0 });
  const last = useRef<ConversionPreview | undefined>(undefined);
  if (asked.data?.preview) last.current = asked.data.preview;
  if (!open) last.current = undefined;
  return {
    preview: asked.data?.preview ?? last.current,
    refused: asked.error && complete ? refusal(asked.error) : undefined,
  };
}
