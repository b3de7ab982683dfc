import { Grid } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Line } from "../../gen/baton/commerce/v1/line_pb";
import type { Money as Amount } from "../../gen/baton/type/v1/money_pb";
import { Money } from "../Money";
import { percentText } from "../quantity";
import { Empty } from "../states";
import { Table } from "../Table";
import "../blocks.css";

/** One more thing told of each line, e.g. how much of it is shipped. */
export interface MoreOfLine {
  key: string;
  title: string;
  render: (line: Line) => ReactNode;
}

interface Props {
  lines: Line[];
  total: Amount | undefined;
  more?: MoreOfLine[];
  empty: { title: string; hint?: string; action?: ReactNode };
}

const discount = (line: Line) => (line.discountBp === 0 ? "—" : `${percentText(line.discountBp)}%`);

/** The lines of a contract or an order, and what they come to. */
export function LinesTable({ lines, total, more = [], empty }: Props) {
  const { t } = useTranslation("commerce");
  const wide = Grid.useBreakpoint().md ?? true;
  if (lines.length === 0) return <Empty {...empty} />;
  const sum = (
    <>
      {t("lines.total")} <Money of={total} />
    </>
  );
  if (!wide) {
    return (
      <>
        <ul className="cards">
          {lines.map((line) => (
            <li key={line.id} className="panel">
              <div className="bar">
                <strong>{line.description}</strong>
                <span className="grow" />
                <Money of={line.amount} />
              </div>
              <div className="hint num">
                {line.quantity} {line.unit} × <Money of={line.unitPrice} />
                {line.discountBp > 0 && ` − ${discount(line)}`}
              </div>
              {more.map((m) => (
                <div key={m.key} className="hint num">
                  {m.title} {m.render(line)}
                </div>
              ))}
            </li>
          ))}
        </ul>
        <p className="total">{sum}</p>
      </>
    );
  }
  return (
    <Table
      rowKey={(line) => line.id}
      rows={lines}
      foot={<p className="total">{sum}</p>}
      columns={[
        { key: "what", title: t("lines.what"), width: 170, render: (l) => l.description },
        {
          key: "quantity",
          title: t("lines.quantity"),
          width: 120,
          align: "right",
          render: (l) => `${l.quantity} ${l.unit}`,
        },
        {
          key: "price",
          title: t("lines.price"),
          width: 130,
          align: "right",
          render: (l) => <Money of={l.unitPrice} />,
        },
        { key: "discount", title: t("lines.discount"), width: 80, align: "right", render: discount },
        { key: "amount", title: t("lines.amount"), width: 140, align: "right", render: (l) => <Money of={l.amount} /> },
        ...more.map((m) => ({ ...m, width: 110, align: "right" as const })),
      ]}
    />
  );
}
