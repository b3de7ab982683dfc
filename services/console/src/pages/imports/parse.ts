/** How the bytes of a file are read as text. */
export type Encoding = "utf-8" | "gb18030" | "utf-16le" | "utf-16be";

/** What a file turned out to be. */
export interface Decoded {
  text: string;
  encoding: Encoding;
}

/** Rows of a sheet of a workbook. */
export const ROWS_MAX = 100_000;

/** What the first bytes of a file tell of it: text, a workbook, a workbook under a password, or one as old programs keep it. */
export type FileKind = "text" | "workbook" | "encrypted" | "old";

export function kindOf(bytes: Uint8Array): FileKind {
  const begins = (...head: number[]) => head.every((b, i) => bytes[i] === b);
  if (begins(0x50, 0x4b, 0x03, 0x04)) return "workbook";
  if (!begins(0xd0, 0xcf, 0x11, 0xe0)) return "text";
  // A workbook under a password is wrapped like those of old programs, and says so in the names of its parts.
  return new TextDecoder("utf-16le").decode(bytes.subarray(0, bytes.length & ~1)).includes("EncryptedPackage")
    ? "encrypted"
    : "old";
}

/** Reads bytes as text: by their mark, else as UTF-8, else as the Chinese standard that older programs write. */
export function decode(bytes: Uint8Array, wanted?: Encoding): Decoded {
  const encoding = wanted ?? encodingOf(bytes);
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "gb18030";
  }
}

/** What stands between two cells. */
export type Separator = "," | ";" | "\t" | "|";

/** The surest first: a tab hardly ever stands within a cell. */
export const SEPARATORS: readonly Separator[] = ["\t", ",", ";", "|"];

/** The separator that divides the first lines most evenly; a comma where none does. */
export function separatorOf(text: string): Separator {
  let best: { separator: Separator; columns: number } = { separator: ",", columns: 1 };
  for (const separator of SEPARATORS) {
    const rows = table(text, separator, 20);
    const columns = rows[0]?.length ?? 1;
    const even = rows.filter((r) => r.length === columns).length >= rows.length * 0.8;
    if (even && columns > best.columns) best = { separator, columns };
  }
  return best.separator;
}

/**
 * Cells of a delimited text: quoted ones may hold separators, line ends and doubled quotes. Lines without anything are
 * left out, and so is the mark of UTF-8 at the beginning.
 */
export function table(text: string, separator: Separator, most = Number.POSITIVE_INFINITY): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.some((c) => c.trim() !== "")) rows.push(row.map(plain));
    row = [];
    cell = "";
  };
  const from = text.startsWith("\uFEFF") ? 1 : 0;
  for (let i = from; i < text.length && rows.length < most; i += 1) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (c === separator) {
      row.push(cell);
      cell = "";
    } else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[i + 1] === "\n") i += 1;
      endRow();
    } else cell += c;
  }
  if (rows.length < most && (cell !== "" || row.length > 0)) endRow();
  return rows;
}

/** A cell without what protects spreadsheets from formulas. */
const plain = (cell: string) => cell.trim().replace(/^'(?=[=+\-@])/, "");
