import { DownloadOutlined, SettingOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Checkbox, Dropdown, Grid } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asked, ListPage } from "../api/calls";
import type { FileOf } from "../api/exporting";
import { Duty, useMe } from "../api/me";
import { refusal } from "../api/refusal";
import { number } from "../i18n/format";
import { useShortcuts } from "../shell/keys";
import { useFilters } from "./address";
import { asPanel } from "./menus";
import { useSay } from "./say";
import { Empty, Failure, Waiting } from "./states";
import { Table, type TableColumn } from "./Table";
import { keepTrail } from "./trail";
import { keepColumns, keptColumns } from "./views/views";

/** A column of a list. */
export interface Column<Row> extends TableColumn<Row> {
  /** What it is in files: the fields of the record, by dotted names. A column without any is left out of them. */
  field?: string | string[];
  /** Not shown until the reader asks for it. */
  hidden?: boolean;
}

/** Something done with all rows that are picked, one after the other. */
export interface Bulk<Row> {
  key: string;
  label: string;
  danger?: boolean;
  /** Asks for what all of them need first; resolves to what is done with each, or nothing if the reader thinks better. */
  prepare: (rows: Row[]) => Promise<((row: Row) => Promise<unknown>) | undefined>;
}

interface Props<Row> {
  /** Name of the list, under which columns are remembered. */
  name: string;
  list: ListPage<Row>;
  /** The list as the address of its files has it; none for one that is no list of the services. */
  file?: FileOf;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  /** What a row is called: for screen readers and for reports of what was refused. */
  rowName: (row: Row) => string;
  /** Address of a row's own page. */
  href?: (row: Row) => string;
  /** How a row is opened where it has no page of its own. */
  onOpen?: (row: Row) => void;
  /** The order the list stands in, as the service names it, and how to ask for another. */
  orderBy?: string;
  onOrder?: (orderBy: string | undefined) => void;
  bulk?: Bulk<Row>[];
  /** A row on a narrow screen. */
  card: (row: Row) => ReactNode;
  empty: { title: string; hint?: string; action?: ReactNode };
}

/** A list as a table, and as cards on a narrow screen: pages, order, columns, bulk work, a file. */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { list, columns, rowKey, href } = props;
  const wide = Grid.useBreakpoint().md ?? true;
  const [picked, setPicked] = useState<string[]>([]);
  const [shown, setShown] = useShownColumns(props.name, columns);
  const [at, setAt] = useState(-1);
  const go = useNavigate();
  const open = (row: Row | undefined) => {
    if (row && props.onOpen) props.onOpen(row);
    else if (row && href) void go({ to: href(row) as never });
  };
  useShortcuts({
    j: () => setAt((i) => Math.min(i + 1, list.rows.length - 1)),
    k: () => setAt((i) => Math.max(i - 1, 0)),
    Enter: at >= 0 ? () => open(list.rows[at]) : undefined,
  });
  const addresses = href ? list.rows.map(href).join("\n") : "";
  useEffect(() => {
    if (addresses) keepTrail(addresses.split("\n"));
  }, [addresses]);

  if (list.error && list.rows.length === 0) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting rows={8} />;
  if (list.rows.length === 0) return <Empty {...props.empty} />;

  const visible = columns.filter((c) => shown.includes(c.key));
  return (
    <>
      <div className="bar" aria-live="polite">
        <Picked {...props} picked={picked} done={() => setPicked([])} />
        <span className="grow" />
        <span className="hint num">
          <Range list={list} />
        </span>
        {wide && <ColumnsMenu columns={columns} shown={shown} onChange={setShown} />}
        {props.file && list.asked && <TakeOut file={props.file} asked={list.asked} columns={visible} />}
      </div>
      {wide ? (
        <Table
          fixed
          columns={visible}
          rows={list.rows}
          rowKey={rowKey}
          orderBy={props.orderBy}
          onOrder={props.onOrder}
          picking={props.bulk && { picked, onPick: setPicked, rowName: props.rowName }}
          at={at}
          onOpen={open}
        />
      ) : (
        <ul className="cards">
          {list.rows.map((row) => (
            <li key={rowKey(row)} className="panel">
              {props.card(row)}
            </li>
          ))}
        </ul>
      )}
      <Pages list={list} />
    </>
  );
}

/** Takes the whole list out as a file, for whom that is granted: as it is narrowed and ordered, with the columns that are shown. */
function TakeOut<Row>(props: { file: FileOf; asked: () => Asked; columns: Column<Row>[] }) {
  const { t } = useTranslation();
  const say = useSay();
  const me = useMe();
  const [busy, setBusy] = useState(false);
  if (!me.can(Duty.EXPORT)) return null;
  const take = async () => {
    setBusy(true);
    try {
      const { takeOut } = await import("../api/exporting");
      await takeOut(props.file, props.asked(), [...new Set(props.columns.flatMap((c) => c.field ?? []))]);
    } catch (cause) {
      say.refused(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      icon={<DownloadOutlined />}
      loading={busy}
      aria-label={t("list.export")}
      title={t("list.export")}
      onClick={() => void take()}
    />
  );
}

/** Which rows are shown, and of how many. */
function Range({ list }: { list: ListPage<unknown> }) {
  const { t } = useTranslation();
  const range = `${number(list.from + 1)}–${number(list.from + list.rows.length)}`;
  if (list.total === undefined || list.total === 0) return <>{range}</>;
  const total = list.capped ? `${number(list.total)}+` : number(list.total);
  return <>{t("list.range", { range, total })}</>;
}

/** The way to the neighbouring pages of a list. */
export function Pages({ list }: { list: Pick<ListPage<unknown>, "next" | "previous"> }) {
  const { t } = useTranslation();
  if (!list.next && !list.previous) return null;
  return (
    <nav className="bar" aria-label={t("list.pages")}>
      <span className="grow" />
      <Button disabled={!list.previous} onClick={list.previous}>
        {t("list.previous")}
      </Button>
      <Button disabled={!list.next} onClick={list.next}>
        {t("list.next")}
      </Button>
    </nav>
  );
}

/** The columns that are shown: those of the address, where a view says which; else those that the reader has chosen here. */
function useShownColumns<Row>(name: string, columns: Column<Row>[]): [string[], (keys: string[]) => void] {
  const usual = columns.filter((c) => !c.hidden).map((c) => c.key);
  const [address, go] = useFilters();
  const [kept, setKept] = useState(() => keptColumns(name));
  const asked = address.columns?.split(",").filter((key) => columns.some((c) => c.key === key)) ?? [];
  const set = (keys: string[]) => {
    if (asked.length > 0) return go({ columns: keys.join(",") });
    keepColumns(name, keys);
    setKept(keys);
  };
  return [asked.length > 0 ? asked : (kept ?? usual), set];
}

function ColumnsMenu<Row>(props: { columns: Column<Row>[]; shown: string[]; onChange: (keys: string[]) => void }) {
  const { t } = useTranslation();
  const { columns, shown, onChange } = props;
  const turn = (key: string) =>
    onChange(columns.filter((c) => shown.includes(c.key) !== (c.key === key)).map((c) => c.key));
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      popupRender={() => (
        <div className="menu-panel column" {...asPanel}>
          {columns.map((c) => (
            <Checkbox
              key={c.key}
              checked={shown.includes(c.key)}
              disabled={shown.length === 1 && shown.includes(c.key)}
              onChange={() => turn(c.key)}
            >
              {c.title}
            </Checkbox>
          ))}
        </div>
      )}
    >
      <Button icon={<SettingOutlined />} aria-label={t("list.columns")} title={t("list.columns")} />
    </Dropdown>
  );
}

/** What can be done with the rows that are picked, how far it is, and what was refused. */
function Picked<Row>(props: Props<Row> & { picked: string[]; done: () => void }) {
  const { t } = useTranslation();
  const say = useSay();
  const [at, setAt] = useState<{ step: number; of: number }>();
  const [refused, setRefused] = useState<string[]>([]);
  const rows = props.list.rows.filter((row) => props.picked.includes(props.rowKey(row)));
  const run = async (bulk: Bulk<Row>) => {
    const act = await bulk.prepare(rows);
    if (!act) return;
    const problems: string[] = [];
    for (const [i, row] of rows.entries()) {
      setAt({ step: i, of: rows.length });
      await act(row).catch((cause: unknown) => problems.push(`${props.rowName(row)}: ${refusal(cause).text}`));
    }
    setAt(undefined);
    setRefused(problems);
    props.done();
    props.list.retry();
    if (problems.length < rows.length) say.done(t("list.bulkDone", { count: rows.length - problems.length }));
  };
  return (
    <>
      {rows.length > 0 && !at && (
        <>
          <span>{t("list.picked", { count: rows.length })}</span>
          {props.bulk?.map((b) => (
            <Button key={b.key} danger={b.danger} onClick={() => void run(b)}>
              {b.label}
            </Button>
          ))}
        </>
      )}
      {at && <span role="status">{t("list.bulkAt", at)}</span>}
      {refused.length > 0 && (
        <div role="alert" className="failure">
          <strong>{t("list.bulkRefused", { count: refused.length })}</strong>
          <ul>
            {refused.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          <Button type="link" onClick={() => setRefused([])}>
            {t("act.close")}
          </Button>
        </div>
      )}
    </>
  );
}
