import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, type FormInstance, Modal } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { refresh } from "../../api/calls";
import { isStale, type Refusal, refusal } from "../../api/refusal";
import type { DialogProps, Values } from "../Form";
import "../blocks.css";
import { Fields } from "./Fields";
import { onFields } from "./refused";

/** From this width on, the fields of a dialog stand in two columns. */
const WIDE = 640;

/** Brings the first field that is wrong before the reader. */
function showWrong(form: FormInstance): void {
  const wrong = form.getFieldsError().find((f) => f.errors.length > 0);
  if (wrong) form.scrollToField(wrong.name, { focus: true, block: "center" });
}

/** The dialog itself; pages have it from `Form`, which fetches it ahead. */
export function FormDialog(props: DialogProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm();
  // Fields of several dialogs on a page are told apart by the names of their forms.
  const name = useId();
  const [told, setTold] = useState<{ refusal: Refusal; stale: boolean; marked: boolean }>();
  const [busy, setBusy] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const values = (Form.useWatch([], form) ?? {}) as Values;
  const { open, initial } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens; what is filled in stays when the page behind reads anew
  useEffect(() => {
    if (!open) return;
    form.resetFields();
    form.setFieldsValue(initial ?? {});
    setTold(undefined);
  }, [open]);
  const send = async () => {
    const filled = (await form.validateFields().catch(() => undefined)) as Values | undefined;
    if (!filled) return showWrong(form);
    setBusy(true);
    try {
      await props.submit(filled);
      props.onClose();
    } catch (cause) {
      const all = refusal(cause);
      const rest = onFields(form, props.fields, props.prefix, all);
      const marked = all.violations.length > 0 && rest.violations.length === 0;
      setTold({ refusal: rest, stale: isStale(cause), marked });
      showWrong(form);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open}
      title={props.title}
      width={props.width ?? 520}
      okText={props.okText ?? t("act.save")}
      cancelText={t("act.cancel")}
      okButtonProps={{ danger: props.danger, loading: busy }}
      onOk={() => void send()}
      onCancel={props.onClose}
      // Fields that depend on others are there only after the first drawing.
      afterOpenChange={(isOpen) => isOpen && requestAnimationFrame(() => firstEmpty(body.current)?.focus())}
      destroyOnHidden
      forceRender
    >
      {props.intro}
      {told && <Told {...told} leave={props.onClose} />}
      <Form
        form={form}
        name={name}
        layout="vertical"
        className={(props.width ?? 0) > WIDE ? "two" : undefined}
        requiredMark={(label, { required }) => (
          <>
            {label}
            {!required && props.fields.length > 1 && <span className="hint">{t("form.optional")}</span>}
          </>
        )}
        onKeyDown={(e) => {
          if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void send();
        }}
      >
        <div ref={body} className={props.pairs ? "pairs" : undefined}>
          <Fields fields={props.fields} form={form} />
        </div>
      </Form>
      {props.more?.(values, (more) => form.setFieldsValue(more))}
    </Modal>
  );
}

/** The first field that is still to be written in, where a dialog begins; a field that only picks opens too easily. */
const firstEmpty = (body: HTMLElement | null) =>
  [...(body?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea") ?? [])].find(
    (field) => field.value === "" && !field.ariaHidden && field.getAttribute("role") !== "combobox",
  );

interface ToldProps {
  refusal: Refusal;
  stale: boolean;
  /** Whether all that is wrong stands at its field. */
  marked: boolean;
  leave: () => void;
}

function Told({ refusal: r, stale, marked, leave }: ToldProps) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return (
    <Alert
      type={stale ? "warning" : "error"}
      role="alert"
      style={{ marginBottom: 12 }}
      title={stale ? t("error.stale") : marked ? t("form.marked") : r.text}
      description={
        r.violations.length > 0 && (
          <ul>
            {r.violations.map((v) => (
              <li key={v.field + v.reason}>
                {/* What speaks against the record as a whole has no field. */}
                {v.field === "id" ? v.text : `${v.field}: ${v.text}`}
              </li>
            ))}
          </ul>
        )
      }
      action={
        stale && (
          <Button size="small" onClick={() => void refresh(cache).then(leave)}>
            {t("error.staleReload")}
          </Button>
        )
      }
    />
  );
}
