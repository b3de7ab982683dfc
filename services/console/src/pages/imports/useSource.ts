import { useMemo, useState } from "react";
import { decode, type Encoding, type Separator, separatorOf, table } from "./parse";

/** A file as it is read. */
export interface Source {
  name: string;
  encoding: Encoding;
  separator: Separator;
  /** All lines with something in them; the first one is the header. */
  table: string[][];
  header: string[];
  records: { line: number; cells: string[] }[];
  open: (name: string, bytes: Uint8Array) => void;
  setEncoding: (encoding: Encoding) => void;
  setSeparator: (separator: Separator) => void;
}

interface Opened {
  name: string;
  bytes: Uint8Array;
  text: string;
  encoding: Encoding;
  separator: Separator;
}

/** The file that is to be imported, and how it is read. */
export function useSource(opened: () => void): Source {
  const [file, setFile] = useState<Opened>();
  const lines = useMemo(() => (file ? table(file.text, file.separator) : []), [file]);
  const records = useMemo(() => lines.slice(1).map((cells, i) => ({ line: i + 2, cells })), [lines]);
  const show = (name: string, bytes: Uint8Array, wanted?: Encoding) => {
    const { text, encoding } = decode(bytes, wanted);
    setFile({ name, bytes, text, encoding, separator: separatorOf(text) });
    opened();
  };
  return {
    name: file?.name ?? "",
    encoding: file?.encoding ?? "utf-8",
    separator: file?.separator ?? ",",
    table: lines,
    header: lines[0] ?? [],
    records,
    open: (name, bytes) => show(name, bytes),
    setEncoding: (encoding) => file && show(file.name, file.bytes, encoding),
    setSeparator: (separator) => {
      if (!file) return;
      setFile({ ...file, separator });
      opened();
    },
  };
}
