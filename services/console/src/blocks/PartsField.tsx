import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { milli } from "./quantity";
import "./blocks.css";

/** A line of which some may be taken. */
export interface Part {
  id: string;
  name: string;
  unit: string;
  /** How much of it can be taken at most. */
  left: string;
}

/** How much of which line, by the id of the line. */
export type Parts = Record<string, string>;

/** All that is left of every line. */
export const allOf = (lines: Part[]): Parts => Object.fromEntries(lines.map((l) => [l.id, l.left]));

/** What is taken of the lines, without those of which nothing is. */
export const taken = (parts: Parts | undefined) =>
  Object.entries(parts ?? {})
    .filter(([, text]) => milli(text) !== 0n && text.trim() !== "")
    .map(([lineId, quantity]) => ({ lineId, quantity: quantity.replace(/[,\s，]/g, "") }));

/** Whether a quantity can be taken: a number, and not more than is left. */
const fits = (text: string, left: string) => {
  const wanted = text.trim() === "" ? 0n : milli(text);
  return wanted !== undefined && wanted <= (milli(left) ?? 0n);
};

/** A control of a form: how much of each line is taken, of what is left of it. */
export function PartsField(props: { lines: Part[]; value?: Parts; onChange?: (value: Parts) => void }) {
  const { lines, value = {}, onChange } = props;
  const { t } = useTranslation("commerce");
  const none = Object.fromEntries(lines.map((l) => [l.id, ""]));
  return (
    <div className="stack">
      <div className="bar">
        <Button size="small" onClick={() => onChange?.(allOf(lines))}>
          {t("parts.all")}
        </Button>
        <Button size="small" onClick={() => onChange?.(none)}>
          {t("parts.none")}
        </Button>
      </div>
      <ul className="plain parts">
        {lines.map((line) => {
          const text = value[line.id] ?? "";
          return (
            <li key={line.id}>
              <span>
                {line.name}
                <span className="hint"> {t("parts.left", { left: line.left, unit: line.unit })}</span>
              </span>
              <Input
                inputMode="decimal"
                aria-label={t("parts.of", { line: line.name })}
                value={text}
                status={fits(text, line.left) ? undefined : "error"}
                suffix={line.unit}
                disabled={milli(line.left) === 0n}
                onChange={(e) => onChange?.({ ...value, [line.id]: e.target.value })}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
