import { strToU8, zipSync } from "fflate";

/** A cell: a text, a number as the file has it, or a day or moment as days since the first one. */
export type Made = string | number | boolean | { serial: number } | { error: string } | undefined;

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function cell(value: Made, at: string): string {
  if (value === undefined) return "";
  if (typeof value === "number") return `<c r="${at}"><v>${value}</v></c>`;
  if (typeof value === "boolean") return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (typeof value === "string") return `<c r="${at}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`;
  if ("error" in value) return `<c r="${at}" t="e"><v>${value.error}</v></c>`;
  return `<c r="${at}" s="1"><v>${value.serial}</v></c>`;
}

const sheet = (rows: Made[][]) =>
  `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
    .map((cells, y) => {
      const all = cells.map((value, x) => cell(value, `${String.fromCharCode(65 + x)}${y + 1}`)).join("");
      return all && `<row r="${y + 1}">${all}</row>`;
    })
    .join("")}</sheetData></worksheet>`;

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

/** A workbook as spreadsheet programs write it, with these sheets; days are counted from 1900, or from 1904. */
export function workbook(sheets: Record<string, Made[][]>, from: 1900 | 1904 = 1900): Uint8Array {
  const names = Object.keys(sheets);
  const parts: Record<string, string> = {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${RELATED}"><workbookPr${from === 1904 ? ' date1904="1"' : ""}/><sheets>${names.map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships">${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${RELATED}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join("")}<Relationship Id="rId${names.length + 1}" Type="${RELATED}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
  names.forEach((name, i) => {
    parts[`xl/worksheets/sheet${i + 1}.xml`] = sheet(sheets[name] ?? []);
  });
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}
