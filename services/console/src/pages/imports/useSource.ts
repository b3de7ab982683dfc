import { useMemo, useState } from "react";
import { decode, type Encoding, kindOf, type Separator, separatorOf, table } from "./parse";
import type { SheetRows } from "./workbook";

/** A file as it is read. */
export interface Source {
  name: string;
  /** How a text is read; nothing of a workbook. */
  encoding?: Encoding;
  separator?: Separator;
  /** The sheets of a workbook, and which of them is read; nothing of a text. */
  sheets?: string[];
  sheet?: number;
  header: string[];
  records: Line[];
  /** Whether there is anything at all, and how many columns. */
  lines: number;
  /** Opens a file; fails with `Unreadable` where it is a workbook that cannot be read. */
  open: (name: string, bytes: Uint8Array) => Promise<void>;
  setEncoding: (encoding: Encoding) => void;
  setSeparator: (separator: Separator) => void;
  setSheet: (sheet: number) => void;
}

/** A row with something in it, and where it stands in the file. */
interface Line {
  line: number;
  cells: string[];
}

interface Text {
  bytes: Uint8Array;
  text: string;
  encoding: Encoding;
  separator: Separator;
}

interface Opened {
  name: string;
  of: { text: Text } | { sheets: SheetRows[]; at: number };
}

function linesOf({ of }: Opened): Line[] {
  if ("sheets" in of) return of.sheets[of.at]?.rows ?? [];
  return table(of.text.text, of.text.separator).map((cells, i) => ({ line: i + 1, cells }));
}

/** The file that is to be imported, and how it is read. */
export function useSource(opened: () => void): Source {
  const [file, setFile] = useState<Opened>();
  const lines = useMemo(() => (file ? linesOf(file) : []), [file]);
  const records = useMemo(() => lines.slice(1), [lines]);
  const put = (next: Opened) => {
    setFile(next);
    opened();
  };
  const showText = (name: string, bytes: Uint8Array, wanted?: Encoding) => {
    const { text, encoding } = decode(bytes, wanted);
    put({ name, of: { text: { bytes, text, encoding, separator: separatorOf(text) } } });
  };
  const open = async (name: string, bytes: Uint8Array) => {
    if (kindOf(bytes) === "text") return showText(name, bytes);
    // What reads workbooks is fetched with the first of them.
    const { sheetsOf } = await import("./workbook");
    const sheets = await sheetsOf(bytes);
    put({ name, of: { sheets, at: sheets.findIndex((sheet) => sheet.rows.length > 0) } });
  };
  const text = file && "text" in file.of ? file.of.text : undefined;
  const book = file && "sheets" in file.of ? file.of : undefined;
  return {
    name: file?.name ?? "",
    encoding: text?.encoding,
    separator: text?.separator,
    sheets: book?.sheets.map((sheet) => sheet.name),
    sheet: book?.at,
    lines: lines.length,
    header: lines[0]?.cells ?? [],
    records,
    open,
    setEncoding: (encoding) => file && text && showText(file.name, text.bytes, encoding),
    setSeparator: (separator) => file && text && put({ ...file, of: { text: { ...text, separator } } }),
    setSheet: (at) => file && book && put({ ...file, of: { ...book, at } }),
  };
}
