import type { DescEnum } from "@bufbuild/protobuf";
import i18next from "i18next";
import en from "../../i18n/en/words.json";
import { minor, minorDigits } from "../../i18n/format";
import zh from "../../i18n/zh-CN/words.json";
import { instant } from "../../i18n/zone";
import type { Match, Memory } from "./guess";
import type { Cell, ImportField, Row, RowProblem } from "./model";
import type { Target } from "./targets";

/** A thing that cells name: its id and everything that it may be called. */
export interface Named {
  id: string;
  names: string[];
}

/** What cells are read against. */
export interface Book {
  zone: string | undefined;
  currency: string;
  member: Named[];
  territory: Named[];
  process: Named[];
}

/** Why a cell cannot be read, by the key of the sentence. */
type Wrong = "notNumber" | "notAmount" | "notDay" | "notWord" | "notFound" | "notCountry";

const fold = (text: string) => text.normalize("NFKC").trim().toLowerCase();

/** Words of an enum in both languages and as the contract has them, with their numbers. */
function vocabulary(of: DescEnum, only?: readonly number[]): Map<string, number> {
  const known = new Map<string, number>();
  for (const value of of.values) {
    if (value.number === 0 || (only && !only.includes(value.number))) continue;
    const word = (texts: unknown) => (texts as Record<string, Record<string, string>>)[of.name]?.[value.localName];
    for (const name of [value.localName, value.name, word(zh), word(en)]) if (name) known.set(fold(name), value.number);
  }
  return known;
}

let countries: Map<string, string> | undefined;

/** Countries by their names in both languages and by their codes. */
function countryOf(text: string): string | undefined {
  if (!countries) {
    countries = new Map();
    const tell = ["zh-CN", "en"].map((l) => new Intl.DisplayNames(l, { type: "region", fallback: "none" }));
    for (let i = 0; i < 26 * 26; i += 1) {
      const code = String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26));
      for (const names of tell) {
        const name = names.of(code);
        if (name) countries.set(fold(name), code).set(fold(code), code);
      }
    }
  }
  return countries.get(fold(text));
}

const CURRENCIES: Record<string, string> = {
  "¥": "CNY",
  "￥": "CNY",
  元: "CNY",
  人民币: "CNY",
  rmb: "CNY",
  $: "USD",
  美元: "USD",
  "€": "EUR",
  欧元: "EUR",
  港币: "HKD",
  hk$: "HKD",
};

const currencyOf = (text: string) => {
  const said = text.trim();
  return /^[A-Za-z]{3}$/.test(said) ? said.toUpperCase().replace("RMB", "CNY") : CURRENCIES[said.toLowerCase()];
};

/** An amount as people write it: with signs, separators, 万 and 亿. */
function amountOf(text: string, currency: string): Cell | undefined {
  const found = /^([^\d.\-+]*)([-+]?[\d.,，\s]+)(万|亿|k|m)?\s*([^\d]*)$/i.exec(text.trim());
  if (!found) return undefined;
  const [, before = "", digits = "", scale = "", after = ""] = found;
  const currencyCode = currencyOf(before) ?? currencyOf(after) ?? currency;
  const shift = { 万: 4, 亿: 8, k: 3, m: 6 }[scale.toLowerCase()] ?? 0;
  const amountMinor = minor(digits.replace("+", ""), minorDigits(currencyCode) + shift);
  return amountMinor === undefined ? undefined : { currencyCode, amountMinor };
}

/** A day as people write it, as YYYY-MM-DD: 2026-1-31, 2026/01/31, 2026年1月31日, 20260131; 31/1/2026 where it is clear. */
export function dayOf(text: string): string | undefined {
  const ordered = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const other = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  let parts = ordered?.slice(1).map(Number);
  if (!parts && other) {
    const [a = 0, b = 0, year = 0] = other.slice(1).map(Number);
    if (a > 12) parts = [year, b, a];
    else if (b > 12 || a === b) parts = [year, a, b];
  }
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0] = parts;
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined;
  return at.toISOString().slice(0, 10);
}

function momentOf(text: string, zone: string | undefined): Cell | undefined {
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(text) && /\dT?\d/.test(text)) {
    const at = new Date(text);
    if (!Number.isNaN(at.getTime())) return instant(at.toISOString().slice(0, 19), "UTC");
  }
  const [date = "", time = "00:00"] = text.split(/[T\s]+/);
  const day = dayOf(date);
  const clock = /^(\d{1,2}):(\d{2})(:\d{2})?$/.exec(time);
  return day && clock ? instant(`${day}T${(clock[1] ?? "").padStart(2, "0")}:${clock[2]}`, zone) : undefined;
}

/** Reads a cell that is not empty. */
function read(field: ImportField, text: string, book: Book, currency: string): { value: Cell } | { wrong: Wrong } {
  const or = (value: Cell | undefined, wrong: Wrong) => (value === undefined ? { wrong } : { value });
  switch (field.kind) {
    case "number": {
      const digits = text.replace(/[,，\s]/g, "");
      return or(/^-?\d{1,9}$/.test(digits) ? Number(digits) : undefined, "notNumber");
    }
    case "money":
      return or(amountOf(text, currency), "notAmount");
    case "day":
      return or(dayOf(text.split(/[T\s]/)[0] ?? ""), "notDay");
    case "moment":
      return or(momentOf(text, book.zone), "notDay");
    case "country":
      return or(countryOf(text), "notCountry");
    case "list":
      return {
        value: text
          .split(/[;；,，、|]/)
          .map((part) => part.trim())
          .filter(Boolean),
      };
    case "choice":
      return or(field.words && vocabulary(field.words, field.only).get(fold(text)), "notWord");
    case "member":
    case "territory":
    case "process":
      return or(
        book[field.kind].find((n) => n.id === text || n.names.some((w) => fold(w) === fold(text)))?.id,
        "notFound",
      );
    default:
      return { value: text };
  }
}

/** Whether a field knows words that may have to be told. */
export const hasWords = (field: ImportField) => ["choice", "member", "territory", "process"].includes(field.kind);

/** The words of the columns that are not understood by themselves, at most so many for each field. */
export function unknownWords(
  target: Target,
  records: string[][],
  match: Match,
  book: Book,
): Map<ImportField, string[]> {
  const found = new Map<ImportField, string[]>();
  for (const [column, key] of Object.entries(match)) {
    const field = target.fields.find((f) => f.key === key);
    if (!field || !hasWords(field)) continue;
    const words = new Set(records.map((cells) => cells[Number(column)]?.trim() ?? "").filter(Boolean));
    const unknown = [...words].filter((word) => "wrong" in read(field, word, book, book.currency)).slice(0, 30);
    if (unknown.length > 0) found.set(field, unknown);
  }
  return found;
}

/** Reads all records; what cannot be read is told at its row. Rows that others belong to come first. */
export function readRows(
  target: Target,
  records: { line: number; cells: string[] }[],
  match: Match,
  book: Book,
  words: Memory["words"],
): Row[] {
  const reader = new Reader(target, match, book, words);
  const seen = new Map<string, number>();
  const rows = records.map(({ line, cells }) => reader.row(line, cells));
  for (const row of rows) {
    const before = seen.get(row.key);
    if (row.key && before !== undefined) {
      row.problems.push({ field: "externalId", text: i18next.t("imports:wrong.repeated", { line: before }) });
    } else seen.set(row.key, row.line);
  }
  return target.parent ? parentsFirst(rows, target.parent) : rows;
}

class Reader {
  private readonly cache = new Map<string, { value: Cell } | { wrong: Wrong }>();

  constructor(
    private readonly target: Target,
    private readonly match: Match,
    private readonly book: Book,
    private readonly words: Memory["words"],
  ) {}

  row(line: number, cells: string[]): Row {
    const values = new Map<string, Cell>();
    const problems: RowProblem[] = [];
    const text = (key: string) => {
      const column = Object.entries(this.match).find(([, k]) => k === key)?.[0];
      return column === undefined ? "" : (cells[Number(column)]?.trim() ?? "");
    };
    const currency = currencyOf(text("currency")) ?? this.book.currency;
    for (const field of this.target.fields) {
      const said = text(field.key);
      if (!said) {
        if (field.required) problems.push({ field: field.key, text: i18next.t("imports:wrong.required") });
        continue;
      }
      const result = this.cell(field, said, currency);
      if ("value" in result) values.set(field.key, result.value);
      else problems.push({ field: field.key, text: i18next.t(`imports:wrong.${result.wrong}`, { said }) });
    }
    const key = text("externalId") || identity(this.target, text);
    if (!key) problems.push({ field: "externalId", text: i18next.t("imports:wrong.noKey") });
    return { line, cells, key, values, problems };
  }

  private cell(field: ImportField, said: string, currency: string) {
    const told = this.words[field.key]?.[said];
    if (told !== undefined) return { value: told };
    if (!hasWords(field)) return read(field, said, this.book, currency);
    const name = `${field.key} ${said}`;
    const result = this.cache.get(name) ?? read(field, said, this.book, currency);
    this.cache.set(name, result);
    return result;
  }
}

/** What tells a row apart where the file has no numbers of its own. */
function identity(target: Target, text: (key: string) => string): string {
  const parts = target.identity.map((key) => fold(text(key)));
  return parts.some(Boolean) ? parts.join("|").slice(0, 200) : "";
}

/** The rows so that each comes after the one that it belongs to, which may be named by its key or by its name. */
function parentsFirst(rows: Row[], parent: string): Row[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const nameOf = (row: Row) => fold(String(row.values.get("party.name") ?? row.values.get("name") ?? ""));
  const byName = new Map(rows.map((row) => [nameOf(row), row]));
  const sorted = new Set<Row>();
  const visit = (row: Row, under: Set<Row>) => {
    if (sorted.has(row) || under.has(row)) return;
    const said = String(row.values.get(parent) ?? "");
    const above = said ? (byKey.get(said) ?? byName.get(fold(said))) : undefined;
    if (above) {
      row.values.set(parent, above.key);
      visit(above, new Set(under).add(row));
    }
    sorted.add(row);
  };
  for (const row of rows) visit(row, new Set());
  return [...sorted];
}
