import { CheckOutlined, CloseOutlined, EditOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, type InputProps, Popover } from "antd";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { refresh } from "../api/calls";
import { useFirm } from "../api/me";
import { isStale, refusal } from "../api/refusal";
import { major, minor, minorDigits } from "../i18n/format";
import { useDo } from "./doing";
import "./inline.css";

/** An amount without what a message carries besides. */
export interface Amount {
  currencyCode: string;
  amountMinor: bigint;
}

/** What the kinds of fields hold. */
interface Held {
  text: string;
  /** A text of several lines. */
  area: string;
  day: string;
  percent: number | undefined;
  money: Amount | undefined;
}

interface Props<Kind extends keyof Held> {
  kind: Kind;
  /** What the field is called. */
  label: string;
  value: Held[Kind];
  /** The value as people read it. */
  children: ReactNode;
  /** Whether it can be changed now; else it is only shown. */
  able: boolean;
  /** Whether what is shown is a link of its own: then only the pen beside it opens the field. */
  beside?: boolean;
  /** The most characters of a text. */
  max?: number;
  /** Saves it; resolves to the way back. */
  save: (value: Held[Kind]) => Promise<() => Promise<unknown>>;
}

/** A value that is changed where it stands: a click opens it, Enter saves (Ctrl+Enter where Enter begins a line), Esc leaves it as it was. */
export function InlineEdit<Kind extends keyof Held>(props: Props<Kind>) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const returned = useRef(false);
  if (!props.able) return <>{props.children}</>;
  if (open) {
    const leave = () => {
      returned.current = true;
      setOpen(false);
    };
    return <Field {...props} leave={leave} />;
  }
  // Whoever leaves the field by keyboard goes on where it was opened.
  const focus = (button: HTMLButtonElement | null) => {
    if (returned.current) button?.focus();
    returned.current = false;
  };
  const pen = <EditOutlined aria-label={t("inlineEdit.edit", { field: props.label })} />;
  const shared = { type: "button" as const, ref: focus, onClick: () => setOpen(true) };
  if (!props.beside) {
    return (
      <button {...shared} className="inline-edit">
        {props.children} {pen}
      </button>
    );
  }
  return (
    <span className="inline-edit-beside">
      {props.children}
      <button {...shared} className="inline-edit">
        {pen}
      </button>
    </span>
  );
}

function Field<Kind extends keyof Held>(props: Props<Kind> & { leave: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { done } = useDo();
  const currency = useFirm()?.currencyCode ?? "CNY";
  const form = forms(props.kind, props.value, currency);
  const [text, setText] = useState(form.text);
  const [told, setTold] = useState<{ text: string; stale: boolean }>();
  const [busy, setBusy] = useState(false);
  const read = form.read(text.trim());
  const area = props.kind === "area";
  const send = async () => {
    if (busy || read === WRONG) return;
    if (text.trim() === form.text) return props.leave();
    setBusy(true);
    try {
      done(t("act.saved"), await props.save(read as Held[Kind]));
      props.leave();
    } catch (cause) {
      const { text: why, violations } = refusal(cause);
      setTold({ text: isStale(cause) ? t("error.stale") : (violations[0]?.text ?? why), stale: isStale(cause) });
      setBusy(false);
    }
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === "Enter" && !e.nativeEvent.isComposing && (!area || e.ctrlKey || e.metaKey)) void send();
    else if (e.key === "Escape") props.leave();
    else return;
    e.stopPropagation();
    e.preventDefault();
  };
  const shared = {
    autoFocus: true,
    "aria-label": props.label,
    title: t(area ? "inlineEdit.areaKeys" : "inlineEdit.keys"),
    value: text,
    maxLength: props.max,
    disabled: busy,
    status: told || read === WRONG ? ("error" as const) : undefined,
    onChange: (e: { target: { value: string } }) => setText(e.target.value),
    onKeyDown: keys,
    onDoubleClick: (e: MouseEvent) => e.stopPropagation(),
  };
  return (
    <Popover
      open={told !== undefined}
      content={
        <div role="alert" className="stack">
          <span>{told?.text}</span>
          {told?.stale && (
            <Button size="small" onClick={() => void refresh(cache).then(props.leave)}>
              {t("error.staleReload")}
            </Button>
          )}
        </div>
      }
    >
      <span className="inline-edit-field">
        {area ? (
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 10 }} {...shared} />
        ) : (
          <Input {...form.input} {...shared} />
        )}
        <Button
          icon={<CheckOutlined />}
          type="text"
          aria-label={t("act.save")}
          loading={busy}
          disabled={read === WRONG}
          onClick={() => void send()}
        />
        <Button icon={<CloseOutlined />} type="text" aria-label={t("act.cancel")} onClick={props.leave} />
      </span>
    </Popover>
  );
}

/** What was typed is no value of its kind. */
const WRONG = Symbol("wrong");

interface FieldForm {
  /** The value as it stands in the field. */
  text: string;
  /** The value that a text says. */
  read: (text: string) => Held[keyof Held] | typeof WRONG;
  input: InputProps;
}

/** How the values of a kind are written and read. */
function forms(kind: keyof Held, value: Held[keyof Held], firmCurrency: string): FieldForm {
  if (kind === "money") {
    const amount = value as Held["money"];
    const currencyCode = amount?.currencyCode || firmCurrency;
    const digits = minorDigits(currencyCode);
    return {
      text: amount ? major(amount.amountMinor, digits) : "",
      read: (text) => {
        if (text === "") return undefined;
        const amountMinor = minor(text, digits);
        return amountMinor === undefined ? WRONG : { currencyCode, amountMinor };
      },
      input: { inputMode: "decimal", prefix: currencyCode },
    };
  }
  if (kind === "percent") {
    return {
      text: value === undefined ? "" : String(value),
      read: (text) => {
        if (text === "") return undefined;
        return /^(\d{1,2}|100)$/.test(text) ? Number(text) : WRONG;
      },
      input: { inputMode: "numeric", suffix: "%" },
    };
  }
  if (kind === "day") return { text: String(value ?? ""), read: (text) => text, input: { type: "date" } };
  return { text: String(value ?? ""), read: (text) => text, input: { autoComplete: "off" } };
}
