import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, type FormInstance, Input, InputNumber, Modal, Select, Switch } from "antd";
import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { refresh } from "../api/calls";
import { useFirm } from "../api/me";
import { isStale, type Refusal, refusal } from "../api/refusal";
import type { Money } from "../gen/baton/type/v1/money_pb";
import { major, minor, minorDigits } from "../i18n/format";
import "./blocks.css";
import { ContactPick, DepartmentPick, MemberPick, PartyPick, ProductPick, TerritoryPick } from "./pick";

/** A field of a form. `name` is the path of the field in the request, in lower camel case. */
export interface Field {
  name: string;
  label: string;
  kind?:
    | "text"
    | "area"
    | "choice"
    | "choices"
    | "member"
    | "territory"
    | "department"
    | "party"
    | "contact"
    | "product"
    | "day"
    | "moment"
    | "money"
    | "number"
    | "switch"
    | "email"
    | "tel"
    | "password";
  required?: boolean;
  max?: number;
  min?: number;
  options?: { value: string | number; label: string }[];
  hint?: ReactNode;
  /** Shown only while this holds for what is filled in. */
  when?: (values: Values) => boolean;
  placeholder?: string;
  /** Whose contacts a "contact" is one of; left out, those of the field `partyId`. */
  partyId?: string;
  /** The control, where none of the kinds will do. It takes `id`, `value` and `onChange`. */
  control?: ReactElement;
}

/** What is filled in, by the names of the fields. Money is a Money message, days are texts, all else as its kind. */
// biome-ignore lint/suspicious/noExplicitAny: what a form holds is what its fields say
export type Values = Record<string, any>;

/** The fields of a form, for use within an antd Form. */
export function Fields({ fields, form }: { fields: Field[]; form: FormInstance }) {
  const { t } = useTranslation();
  const values = (Form.useWatch([], form) ?? {}) as Values;
  return (
    <>
      {fields
        .filter((f) => f.when?.(values) ?? true)
        .map((f) => (
          <Form.Item
            key={f.name}
            name={f.name}
            label={f.label}
            extra={f.hint}
            valuePropName={f.kind === "switch" ? "checked" : "value"}
            rules={f.required ? [{ required: true, message: t("form.required", { field: f.label }) }] : []}
          >
            {control(f)}
          </Form.Item>
        ))}
    </>
  );
}

function control(f: Field): ReactNode {
  if (f.control) return f.control;
  switch (f.kind) {
    case "area":
      return <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={f.max} placeholder={f.placeholder} />;
    case "choice":
    case "choices":
      return (
        <Select
          allowClear={!f.required}
          mode={f.kind === "choices" ? "multiple" : undefined}
          showSearch={{ optionFilterProp: "label" }}
          options={f.options}
          placeholder={f.placeholder}
        />
      );
    case "member":
      return <MemberPick />;
    case "territory":
      return <TerritoryPick />;
    case "department":
      return <DepartmentPick />;
    case "party":
      return <PartyPick />;
    case "contact":
      return <ContactPick partyId={f.partyId} />;
    case "product":
      return <ProductPick />;
    case "day":
      return <Input type="date" />;
    case "moment":
      return <Input type="datetime-local" />;
    case "money":
      return <MoneyInput />;
    case "number":
      return <InputNumber min={f.min} max={f.max} style={{ width: "100%" }} />;
    case "switch":
      return <Switch />;
    case "password":
      return <Input.Password maxLength={f.max} autoComplete="new-password" />;
    default:
      return <Input type={f.kind ?? "text"} maxLength={f.max} placeholder={f.placeholder} autoComplete="off" />;
  }
}

/** An amount with its currency; the firm's own unless it says another. */
export function MoneyInput(props: {
  id?: string;
  value?: Partial<Money>;
  onChange?: (value?: Partial<Money>) => void;
}) {
  const { t } = useTranslation();
  const firm = useFirm();
  const currency = props.value?.currencyCode || firm?.currencyCode || "CNY";
  const digits = minorDigits(currency);
  const given = props.value?.amountMinor;
  const [text, setText] = useState(given === undefined ? "" : major(given, digits));
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    if (given !== undefined && minor(text, digits) !== given) setText(major(given, digits));
  }, [given, digits, text]);
  const write = (next: string, code: string) => {
    const amountMinor = minor(next, minorDigits(code));
    setWrong(next.trim() !== "" && amountMinor === undefined);
    props.onChange?.(amountMinor === undefined ? undefined : { currencyCode: code, amountMinor });
  };
  return (
    <Input
      id={props.id}
      inputMode="decimal"
      value={text}
      status={wrong ? "error" : undefined}
      suffix={wrong ? t("form.notAmount") : undefined}
      onChange={(e) => {
        setText(e.target.value);
        write(e.target.value, currency);
      }}
      prefix={
        <Select
          variant="borderless"
          size="small"
          aria-label={t("form.currency")}
          value={currency}
          onChange={(code) => write(text, code)}
          options={[...new Set([currency, firm?.currencyCode ?? "CNY", "CNY", "USD", "EUR", "HKD", "JPY"])].map(
            (c) => ({
              value: c,
              label: c,
            }),
          )}
          popupMatchSelectWidth={false}
        />
      }
    />
  );
}

interface DialogProps {
  open: boolean;
  title: string;
  fields: Field[];
  initial?: Values;
  okText?: string;
  danger?: boolean;
  width?: number;
  /** Two short fields beside each other, where there is room. */
  pairs?: boolean;
  /** Words above the fields: what will happen. */
  intro?: ReactNode;
  /** Words or a preview under the fields, by what is filled in; `fill` fills in more. */
  more?: (values: Values, fill: (values: Values) => void) => ReactNode;
  /** First word of the paths in refusals, e.g. "lead" for "lead.title". */
  prefix?: string;
  submit: (values: Values) => Promise<unknown>;
  onClose: () => void;
}

/** From this width on, the fields of a dialog stand in two columns. */
const WIDE = 640;

/** Brings the first field that is wrong before the reader. */
function showWrong(form: FormInstance): void {
  const wrong = form.getFieldsError().find((f) => f.errors.length > 0);
  if (wrong) form.scrollToField(wrong.name, { focus: true, block: "center" });
}

/** Asks for what an act needs and does it. What the service refuses stands at its field; the rest above. */
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
      afterOpenChange={(isOpen) => isOpen && firstEmpty(body.current)?.focus()}
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
                {v.field}: {v.text}
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

/** Puts violations at their fields; answers the refusal with those that belong to none. */
export function onFields(form: FormInstance, fields: Field[], prefix: string | undefined, told: Refusal): Refusal {
  const strip = (path: string) => (prefix && path.startsWith(`${prefix}.`) ? path.slice(prefix.length + 1) : path);
  const within = (path: string, name: string) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`);
  const at = (path: string) =>
    fields.find((f) => strip(path) === f.name || path === f.name || within(strip(path), f.name));
  const byField = new Map<string, string[]>();
  for (const v of told.violations) {
    const field = at(v.field);
    if (field) byField.set(field.name, [...(byField.get(field.name) ?? []), v.text]);
  }
  form.setFields([...byField].map(([name, errors]) => ({ name, errors })));
  return { ...told, violations: told.violations.filter((v) => !at(v.field)) };
}
