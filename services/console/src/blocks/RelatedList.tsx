import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListPage } from "../api/calls";
import type { Money as Amount } from "../gen/baton/type/v1/money_pb";
import { Pages } from "./DataTable";
import { Money } from "./Money";
import { type Linked, RecordLink } from "./Objects";
import { Failure } from "./states";

/** Rows that a list beside a record shows at a time. */
export const BESIDE = 5;

/** What one knows of a row at a glance. */
export interface Related {
  id: string;
  number: string;
  title: string;
  state: ReactNode;
  amount?: Amount;
}

/** Records of one kind beside another record; nothing where there are none. */
export function RelatedList(props: { title: string; kind: Linked; list: ListPage<unknown>; rows: Related[] }) {
  const { t } = useTranslation("customers");
  const { title, kind, list, rows } = props;
  const [closed, setClosed] = useState(false);
  if (list.error) return <Failure error={list.error} retry={list.retry} />;
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-label={title}>
      <h2>
        <button type="button" className="link" aria-expanded={!closed} onClick={() => setClosed(!closed)}>
          {title}
        </button>{" "}
        <span className="hint num">{list.capped ? t("related.more", { count: list.total }) : list.total}</span>
      </h2>
      {!closed && (
        <ul className="plain">
          {rows.map((row) => (
            <li key={row.id} className="bar">
              <RecordLink kind={kind} id={row.id}>
                {row.number} {row.title}
              </RecordLink>
              {row.state}
              <span className="grow" />
              {row.amount && <Money of={row.amount} />}
            </li>
          ))}
        </ul>
      )}
      <Pages list={list} />
    </section>
  );
}
