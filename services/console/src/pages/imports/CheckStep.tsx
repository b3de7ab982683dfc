import { useTranslation } from "react-i18next";
import { useMembers, useTerritories } from "../../api/names";
import { Pill } from "../../blocks/Pill";
import { useWords } from "../../blocks/words";
import { moment, money, number } from "../../i18n/format";
import { useFieldName, usePathName } from "./fieldName";
import type { Match } from "./guess";
import type { Cell, ImportField, Row } from "./model";
import type { Book } from "./read";
import { Sheet } from "./Sheet";
import type { Target } from "./targets";

/** Rows that are shown as they will be read. */
const SHOWN = 20;

/** The rows as they will be read, those with faults first among what is shown. */
export function CheckStep({ target, rows, match, book }: { target: Target; rows: Row[]; match: Match; book: Book }) {
  const { t } = useTranslation("imports");
  const name = useFieldName();
  const path = usePathName(target);
  const wrong = rows.filter((r) => r.problems.length > 0);
  const fields = target.fields.filter((f) => Object.values(match).includes(f.key));
  const shown = [...wrong.slice(0, SHOWN / 2), ...rows.filter((r) => r.problems.length === 0)].slice(0, SHOWN);
  return (
    <section className="panel stack">
      <div className="bar">
        <h2>{t("check.title")}</h2>
        <Pill tone="success">
          {t("check.right", { count: rows.length - wrong.length, rows: number(rows.length - wrong.length) })}
        </Pill>
        {wrong.length > 0 && (
          <Pill tone="danger">{t("check.wrong", { count: wrong.length, rows: number(wrong.length) })}</Pill>
        )}
      </div>
      {wrong.length > 0 && <p className="hint">{t("check.wrongHint")}</p>}
      <Sheet label={t("check.title")}>
        <thead>
          <tr>
            <th scope="col">{t("check.line")}</th>
            {fields.map((f) => (
              <th key={f.key} scope="col">
                {name(f)}
              </th>
            ))}
            <th scope="col">{t("check.faults")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.line}>
              <td className="num">{row.line}</td>
              {fields.map((f) => (
                <td key={f.key}>
                  {row.problems.some((p) => p.field === f.key) ? (
                    <Pill tone="danger">{said(row, f.key, match) || t("check.empty")}</Pill>
                  ) : (
                    <Value field={f} value={row.values.get(f.key)} zone={book.zone} />
                  )}
                </td>
              ))}
              <td>{row.problems.map((p) => `${path(p.field)}: ${p.text}`).join("; ")}</td>
            </tr>
          ))}
        </tbody>
      </Sheet>
      {rows.length > shown.length && (
        <p className="hint">
          {t("check.more", { count: rows.length - shown.length, rows: number(rows.length - shown.length) })}
        </p>
      )}
    </section>
  );
}

function said(row: Row, key: string, match: Match): string {
  const column = Object.entries(match).find(([, k]) => k === key)?.[0];
  return column === undefined ? "" : (row.cells[Number(column)] ?? "");
}

function Value({ field, value, zone }: { field: ImportField; value: Cell | undefined; zone: string | undefined }) {
  const { word } = useWords();
  const { name: member } = useMembers();
  const { name: territory } = useTerritories();
  if (value === undefined) return <>—</>;
  if (typeof value === "number") return <>{field.words ? word(field.words, value) : value}</>;
  if (typeof value === "string") {
    return <>{field.kind === "member" ? member(value) : field.kind === "territory" ? territory(value) : value}</>;
  }
  if (Array.isArray(value)) return <>{value.join(" · ")}</>;
  if ("amountMinor" in value)
    return <span className="num">{money({ $typeName: "baton.type.v1.Money", ...value })}</span>;
  return <span className="num">{moment(value, zone)}</span>;
}
