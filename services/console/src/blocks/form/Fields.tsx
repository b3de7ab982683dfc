import { Form, type FormInstance, Input, InputNumber, Select, Switch } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import type { Money } from "../../gen/baton/type/v1/money_pb";
import { major, minor, minorDigits } from "../../i18n/format";
import { ContactPick } from "../ContactPick";
import type { Field, FieldTold, Values } from "../Form";
import { DepartmentPick, MemberPick, PartyPick, ProductPick, TerritoryPick } from "../pick";

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
            rules={[
              ...(f.required ? [{ required: true, message: t("form.required", { field: f.label }) }] : []),
              ...(f.exactly !== undefined
                ? [{ enum: [f.exactly], type: "enum" as const, message: t("form.exactly") }]
                : []),
            ]}
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
export function MoneyInput(
  props: {
    value?: Partial<Money>;
    onChange?: (value?: Partial<Money>) => void;
  } & FieldTold,
) {
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
  // What a form tells of its field, to who does not see it too.
  const { value: _, onChange: __, ...told } = props;
  return (
    <Input
      {...told}
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
