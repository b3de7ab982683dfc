import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Money } from "../../../blocks/Money";
import { Pill } from "../../../blocks/Pill";
import { Empty } from "../../../blocks/states";
import { When } from "../../../blocks/When";
import { useWords } from "../../../blocks/words";
import { CancellationReasonSchema, type ErpDocument, type Order } from "../../../gen/baton/commerce/v1/order_pb";
import { day } from "../../../i18n/format";

/** What was shipped, invoiced, paid and called off of an order, each the oldest first. */
export function Papers({ order }: { order: Order }) {
  const { t } = useTranslation("commerce");
  const { word } = useWords();
  const what = new Map(order.lines.map((l) => [l.id, l]));
  const parts = (lines: { lineId: string; quantity: string }[]) =>
    lines
      .map(
        ({ lineId, quantity }) =>
          `${what.get(lineId)?.description ?? "…"} × ${quantity} ${what.get(lineId)?.unit ?? ""}`,
      )
      .join("，");
  const none = order.shipments.length + order.invoices.length + order.payments.length + order.callOffs.length === 0;
  if (none) return <Empty title={t("papers.none")} hint={t("papers.noneHint")} />;
  return (
    <div className="stack">
      <Section title={t("papers.shipments")} rows={order.shipments}>
        {(s) => (
          <Paper name={s.number} date={s.shipDate} erp={s.erpDocument}>
            {parts(s.lines)}
            {(s.carrier || s.trackingNumber) && (
              <span className="hint"> {`${s.carrier} ${s.trackingNumber}`.trim()}</span>
            )}
          </Paper>
        )}
      </Section>
      <Section title={t("papers.invoices")} rows={order.invoices}>
        {(i) => (
          <Paper name={i.number} date={i.invoiceDate} erp={i.erpDocument} amount={<Money of={i.amount} />}>
            {i.taxId && `${t("order.taxId")} ${i.taxId}`}
          </Paper>
        )}
      </Section>
      <Section title={t("papers.payments")} rows={order.payments}>
        {(p) => (
          <Paper name={p.reference || "—"} date={p.paymentDate} erp={p.erpDocument} amount={<Money of={p.amount} />} />
        )}
      </Section>
      <Section title={t("papers.callOffs")} rows={order.callOffs}>
        {(c) => (
          <Paper
            name={word(CancellationReasonSchema, c.reason)}
            erp={c.erpDocument}
            at={<When at={c.createTime} exact />}
          >
            {c.rest ? t("papers.rest") : parts(c.lines)}
            {c.note && <div className="said">{c.note}</div>}
          </Paper>
        )}
      </Section>
    </div>
  );
}

function Section<Row extends { id: string }>(props: { title: string; rows: Row[]; children: (row: Row) => ReactNode }) {
  if (props.rows.length === 0) return null;
  return (
    <section className="panel" aria-label={props.title}>
      <h2>{props.title}</h2>
      <ul className="plain">
        {props.rows.map((row) => (
          <li key={row.id}>{props.children(row)}</li>
        ))}
      </ul>
    </section>
  );
}

interface PaperProps {
  name: string;
  date?: string;
  at?: ReactNode;
  erp: ErpDocument | undefined;
  amount?: ReactNode;
  children?: ReactNode;
}

function Paper({ name, date, at, erp, amount, children }: PaperProps) {
  return (
    <>
      <div className="bar">
        <strong>{name}</strong>
        <span className="hint num">{at ?? day(date ?? "")}</span>
        {erp && (
          <Pill>
            {erp.system} {erp.documentId}
          </Pill>
        )}
        <span className="grow" />
        {amount}
      </div>
      {children && <div>{children}</div>}
    </>
  );
}
