import { type MouseEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { nextOrder, pickedAfter } from "./picking";

/** A column as a table shows it. */
export interface TableColumn<Row> {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  width?: number;
  align?: "right";
  /** The orders of the list that this column stands for, as the service names them. */
  sort?: { up?: string; down?: string };
}

/** Which rows are picked, by their keys. */
export interface Picking<Row> {
  picked: string[];
  onPick: (keys: string[]) => void;
  /** What a row is called, for screen readers. */
  rowName: (row: Row) => string;
}

interface Props<Row> {
  columns: TableColumn<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** The order the rows stand in, and how to ask for another. */
  orderBy?: string;
  onOrder?: (orderBy: string | undefined) => void;
  picking?: Picking<Row>;
  /** The row that the keys are at. */
  at?: number;
  onOpen?: (row: Row) => void;
  /** Cells keep to one line and their width; the table is then as wide as its columns say. */
  fixed?: boolean;
  /** What stands under all rows. */
  foot?: ReactNode;
}

/** Pixels of a column that does not say. */
const USUAL_WIDTH = 140;
const PICK_WIDTH = 40;

/**
 * Rows and columns, which is all that our tables are: pages, filters and orders are the services'. antd's own brings a tree, its
 * own pages and filters along, a tenth of a first visit.
 */
export function Table<Row>(props: Props<Row>) {
  const { columns, rows, rowKey, picking, fixed, onOpen } = props;
  const width = columns.reduce((sum, c) => sum + (c.width ?? (fixed ? USUAL_WIDTH : 110)), picking ? PICK_WIDTH : 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="scroll table-box" tabIndex={0}>
      <table className={fixed ? "rows fixed" : "rows"} style={{ minWidth: width }}>
        <colgroup>
          {picking && <col style={{ width: PICK_WIDTH }} />}
          {columns.map((c) => (
            <col key={c.key} style={c.width ? { width: c.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {picking && <PickAll rows={rows} rowKey={rowKey} {...picking} />}
            {columns.map((c) => (
              <Head key={c.key} column={c} orderBy={props.orderBy} onOrder={props.onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => {
            const key = rowKey(row);
            const marks = [i === props.at && "row-at", picking?.picked.includes(key) && "picked"];
            return (
              <tr
                key={key}
                className={marks.filter(Boolean).join(" ") || undefined}
                onDoubleClick={onOpen && (() => onOpen(row))}
              >
                {picking && <PickOne row={row} rows={rows} rowKey={rowKey} {...picking} />}
                {columns.map((c) => (
                  <td key={c.key} className={c.align === "right" ? "num right" : undefined}>
                    {c.render(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {props.foot && <div className="table-foot">{props.foot}</div>}
    </div>
  );
}

function Head<Row>({
  column: c,
  orderBy,
  onOrder,
}: Pick<Props<Row>, "orderBy" | "onOrder"> & { column: TableColumn<Row> }) {
  const align = c.align === "right" ? "right" : undefined;
  if (!c.sort || !onOrder) {
    return (
      <th scope="col" className={align}>
        {c.title}
      </th>
    );
  }
  const { sort } = c;
  const sorted = orderBy && (orderBy === sort.up ? "ascending" : orderBy === sort.down ? "descending" : undefined);
  return (
    <th scope="col" className={align} aria-sort={sorted || undefined}>
      <button type="button" className="sorts" onClick={() => onOrder(nextOrder(sort, orderBy))}>
        {c.title}
        <span aria-hidden="true" className="sorts-sign">
          {sort.up !== undefined && <span className={sorted === "ascending" ? "now" : undefined}>▲</span>}
          {sort.down !== undefined && <span className={sorted === "descending" ? "now" : undefined}>▼</span>}
        </span>
      </button>
    </th>
  );
}

interface Picks<Row> extends Picking<Row> {
  rows: Row[];
  rowKey: (row: Row) => string;
}

function PickAll<Row>({ rows, rowKey, picked, onPick }: Picks<Row>) {
  const { t } = useTranslation();
  const keys = rows.map(rowKey);
  const count = keys.filter((k) => picked.includes(k)).length;
  const all = count === keys.length;
  return (
    <th scope="col" className="pick">
      <input
        type="checkbox"
        aria-label={t("list.pickAll")}
        checked={all}
        ref={(box) => {
          if (box) box.indeterminate = count > 0 && !all;
        }}
        onChange={() => onPick(all ? [] : keys)}
      />
    </th>
  );
}

/** The check box of a row; with Shift, of all rows down or up to it from the one that was picked before. */
function PickOne<Row>({ row, rows, rowKey, rowName, picked, onPick }: Picks<Row> & { row: Row }) {
  const shift = useRef(false);
  const key = rowKey(row);
  return (
    <td className="pick">
      <input
        type="checkbox"
        aria-label={rowName(row)}
        checked={picked.includes(key)}
        onClick={(e: MouseEvent) => {
          shift.current = e.shiftKey;
        }}
        onChange={() => onPick(pickedAfter(picked, rows.map(rowKey), key, shift.current))}
      />
    </td>
  );
}
