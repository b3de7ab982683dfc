import { EditOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isStale, refusal } from "../api/refusal";

interface Props {
  /** What the field is called. */
  label: string;
  value: string;
  /** Saves; what is thrown is told under the field, which stays open. */
  save: (value: string) => Promise<unknown>;
  /** More than one line: Ctrl+Enter saves. */
  area?: boolean;
  max?: number;
  /** Whether it can be changed now. */
  able: boolean;
}

/** A text that is changed where it stands: a click opens it, Enter saves, Esc leaves it as it was. */
export function InlineText({ label, value, save, area = false, max, able }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState<string>();
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  // A field that goes away loses the focus, which must not save what was given up.
  const left = useRef(false);
  if (!able) return <span className="said">{value || "—"}</span>;
  if (text === undefined) {
    const open = () => {
      left.current = false;
      setText(value);
    };
    return (
      <button type="button" className="inline" title={t("act.edit")} onClick={open}>
        <span className="said">{value || "—"}</span> <EditOutlined aria-label={t("inline.edit", { field: label })} />
      </button>
    );
  }
  const leave = () => {
    left.current = true;
    setText(undefined);
    setTold("");
  };
  const send = async () => {
    if (busy || left.current) return;
    if (text.trim() === value) return leave();
    setBusy(true);
    try {
      await save(text.trim());
      leave();
    } catch (cause) {
      const refused = refusal(cause);
      setTold(isStale(cause) ? t("error.stale") : (refused.violations[0]?.text ?? refused.text));
    } finally {
      setBusy(false);
    }
  };
  const shared = {
    "aria-label": label,
    autoFocus: true,
    value: text,
    maxLength: max,
    disabled: busy,
    status: told ? ("error" as const) : undefined,
    onChange: (e: { target: { value: string } }) => setText(e.target.value),
    onBlur: () => void send(),
    onKeyDown: (e: KeyboardEvent) => {
      if (e.key === "Escape") {
        e.stopPropagation();
        leave();
      }
      if (e.key === "Enter" && !e.nativeEvent.isComposing && (!area || e.ctrlKey || e.metaKey)) void send();
    },
  };
  return (
    <div>
      {area ? <Input.TextArea autoSize={{ minRows: 2, maxRows: 10 }} {...shared} /> : <Input {...shared} />}
      <p className="hint" role={told ? "alert" : undefined}>
        {told || t(area ? "inline.areaKeys" : "inline.keys")}
      </p>
    </div>
  );
}
