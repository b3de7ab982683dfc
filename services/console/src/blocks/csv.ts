/** A cell of a file: quoted where it must be, and never a formula to whoever opens it in a spreadsheet. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV, with the columns that can be told as text. */
export function toCsv<Row>(columns: { title: string; text?: (row: Row) => string }[], rows: Row[]): string {
  const told = columns.filter((c) => c.text);
  const lines = [told.map((c) => c.title), ...rows.map((row) => told.map((c) => c.text?.(row) ?? ""))];
  return lines.map((line) => line.map(cell).join(",")).join("\r\n");
}

/** Hands rows to the reader as a file; the mark at its beginning tells spreadsheets that it is UTF-8. */
export function download(name: string, text: string): void {
  saveAs(name, "text/csv;charset=utf-8", `\uFEFF${text}`);
}

/** Hands a text to the reader as a file of some type. */
export function saveAs(name: string, type: string, text: string): void {
  save(name, new Blob([text], { type }));
}

/** Hands a file to the reader. */
export function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
