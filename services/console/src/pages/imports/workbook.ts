import { unzipSync } from "fflate";
import readWorkbook, { type CellValue } from "read-excel-file/universal";
import { kindOf, ROWS_MAX } from "./parse";

/** Bytes of a workbook, and of what it holds when it is unpacked: a small file may hold more than a browser bears. */
const FILE_MAX = 20 * 2 ** 20;
const UNPACKED_MAX = 200 * 2 ** 20;

/** A sheet of a workbook: its rows with something in them, each with its number there. */
export interface SheetRows {
  name: string;
  rows: { line: number; cells: string[] }[];
}

/** Why a workbook cannot be read, by the key of the sentence. */
export type WhyNot = "encrypted" | "old" | "broken" | "tooLarge" | "tooManyRows" | "empty";

export class Unreadable extends Error {
  constructor(readonly why: WhyNot) {
    super(why);
  }
}

/** Reads the sheets of a workbook, every cell as the text that the same sheet saved as CSV would have. */
export async function sheetsOf(bytes: Uint8Array): Promise<SheetRows[]> {
  const kind = kindOf(bytes);
  if (kind === "encrypted" || kind === "old") throw new Unreadable(kind);
  if (bytes.length > FILE_MAX || unpacked(bytes) > UNPACKED_MAX) throw new Unreadable("tooLarge");
  const whole = bytes.slice().buffer;
  const read = await readWorkbook(whole, { parseNumber: numberText }).catch(() => {
    throw new Unreadable("broken");
  });
  const sheets = read.map(({ sheet, data }) => ({
    name: sheet,
    rows: data
      .map((cells, i) => ({ line: i + 1, cells: cells.map(cellText) }))
      .filter(({ cells }) => cells.some((cell) => cell !== "")),
  }));
  if (sheets.every((sheet) => sheet.rows.length === 0)) throw new Unreadable("empty");
  if (sheets.some((sheet) => sheet.rows.length > ROWS_MAX + 1)) throw new Unreadable("tooManyRows");
  return sheets;
}

/** Bytes that a workbook says it holds. Nothing is unpacked for that. */
function unpacked(bytes: Uint8Array): number {
  let sum = 0;
  try {
    unzipSync(bytes, {
      filter: (part) => {
        sum += part.originalSize;
        return false;
      },
    });
  } catch {
    throw new Unreadable("broken");
  }
  return sum;
}

/** As many digits as workbooks keep, and never an exponent: a phone number is one to its last digit. */
const digits = new Intl.NumberFormat("en-US", { useGrouping: false, maximumSignificantDigits: 15 });

function numberText(raw: string): string {
  const value = Number(raw);
  return Number.isFinite(value) ? digits.format(value) : raw;
}

type Known = CellValue<string> | Date | null;

function cellText(cell: Known): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return dateText(cell);
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  return String(cell).trim();
}

/** A day, with its time where it has one. Cells know no zone; below a second they are not exact. */
function dateText(date: Date): string {
  const at = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString();
  const [day, time] = [at.slice(0, 10), at.slice(11, 19)];
  if (time === "00:00:00") return day;
  return `${day} ${time.endsWith(":00") ? time.slice(0, 5) : time}`;
}
