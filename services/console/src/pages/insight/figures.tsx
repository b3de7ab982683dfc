import { DownloadOutlined } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { download, toCsv } from "../../blocks/csv";
import { Table, type TableColumn } from "../../blocks/Table";
import type { Money as Amount } from "../../gen/baton/type/v1/money_pb";
import { money, number, percent } from "../../i18n/format";

/** A rate out of 10,000 as a share from 0 to 1. */
export const share = (bp: number | undefined) => (bp === undefined ? undefined : bp / 10_000);

/** A rate as people read it; a dash where there is nothing to share. */
export const rate = (bp: number | undefined) => (bp === undefined ? "—" : percent(bp / 10_000, 1));

/** Seconds in days, to a tenth. */
export const inDays = (s: bigint | undefined) => (s === undefined ? undefined : Math.round(Number(s) / 8640) / 10);

interface FigureProps {
  /** As it is read. */
  children: string;
  /** What the figure counts, in words. */
  title: string;
  /** Shows the records; undefined where there is nothing to show. */
  onOpen?: () => void;
  /** The same figure of the stretch before. */
  was?: string;
}

/** A figure that opens the records behind it. */
export function Figure({ children, title, onOpen, was }: FigureProps) {
  const { t } = useTranslation("insight");
  return (
    <>
      {onOpen ? (
        <button type="button" className="link num" title={title} aria-label={`${title}: ${children}`} onClick={onOpen}>
          {children}
        </button>
      ) : (
        <span className="num">{children}</span>
      )}
      {was !== undefined && <span className="hint num amount">{t("figure.was", { value: was })}</span>}
    </>
  );
}

/** How many, as a figure; nothing is opened where there are none. */
export function Count({ of, was, ...props }: Omit<FigureProps, "children" | "was"> & { of: bigint; was?: bigint }) {
  return (
    <Figure {...props} was={was === undefined ? undefined : number(was)} onOpen={of > 0n ? props.onOpen : undefined}>
      {number(of)}
    </Figure>
  );
}

/** Amounts, one for each currency; a dash where nobody knows. */
export function Amounts({ of }: { of: (Amount | undefined)[] }) {
  const known = of.map((a) => money(a)).filter((text) => text !== "");
  if (known.length === 0) return <>—</>;
  return known.map((text) => (
    <span key={text} className="num amount">
      {text}
    </span>
  ));
}

/** A column of figures. */
export interface FigureColumn<Row> extends TableColumn<Row> {
  /** The cell as a text, for files. A column without one is left out of them. */
  text?: (row: Row) => string;
}

interface TableProps<Row> {
  /** Name of the file. */
  name: string;
  label: string;
  rows: Row[];
  columns: FigureColumn<Row>[];
  rowKey: (row: Row) => string;
}

/** The figures of a chart as a table under it, and as a file. */
export function FigureTable<Row extends object>({ name, label, rows, columns, rowKey }: TableProps<Row>) {
  const { t } = useTranslation();
  return (
    <section className="panel stack figures" aria-label={label}>
      <div className="bar">
        <h2>{label}</h2>
        <span className="grow" />
        <Button
          icon={<DownloadOutlined />}
          aria-label={t("list.exportFigures")}
          title={t("list.exportFigures")}
          onClick={() => download(`${name}.csv`, toCsv(columns, rows))}
        />
      </div>
      <Table rowKey={rowKey} rows={rows} columns={columns} />
    </section>
  );
}

/** The records behind a figure, beside the page. */
export function RecordsDrawer(props: { title: string; open: boolean; onClose: () => void; children: ReactNode }) {
  return (
    <Drawer open={props.open} onClose={props.onClose} title={props.title} size={860} destroyOnHidden>
      <div className="stack">{props.children}</div>
    </Drawer>
  );
}

/** A headline figure. */
export function Tile({ label, children, hint }: { label: string; children: ReactNode; hint?: ReactNode }) {
  return (
    <div className="panel tile">
      <div className="hint">{label}</div>
      <div className="figure num">{children}</div>
      {hint && <div className="hint">{hint}</div>}
    </div>
  );
}

/** How figures are counted, in words. */
export function HowCounted({ sentences }: { sentences: string[] }) {
  const { t } = useTranslation("insight");
  return (
    <details className="panel">
      <summary>{t("figure.how")}</summary>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}
