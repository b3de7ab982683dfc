import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { create } from "@bufbuild/protobuf";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Select } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { refresh, useRead } from "../../api/calls";
import { useFirm } from "../../api/me";
import { isStale, type Refusal, refusal } from "../../api/refusal";
import { useDo } from "../../blocks/doing";
import type { Amount } from "../../blocks/InlineEdit";
import { basisPoints, lineAmount, milli, percentText } from "../../blocks/quantity";
import { ProductState } from "../../gen/baton/commerce/v1/product_pb";
import { ProductService } from "../../gen/baton/commerce/v1/product_service_pb";
import { type Money as MoneyMessage, MoneySchema } from "../../gen/baton/type/v1/money_pb";
import { major, minor, minorDigits, percent } from "../../i18n/format";
import "./lines.css";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { ProductPick } from "../../blocks/pick";
import { Empty } from "../../blocks/states";

/** A line as services answer it. */
export interface PricedLine {
  id: string;
  productId: string;
  description: string;
  quantity: string;
  unitPrice?: MoneyMessage;
  discountBp: number;
  amount?: MoneyMessage;
}

/** A line as services take it. */
export interface LineInput {
  productId: string;
  description: string;
  quantity: string;
  unitPrice: Amount | undefined;
  discountBp: number;
}

interface Props {
  lines: PricedLine[];
  /** What they come to together, as the service says. */
  total: MoneyMessage | undefined;
  /** Why they cannot be changed now; undefined if they can. */
  why?: string;
  /** Whether the reader may change them at all. */
  able: boolean;
  /** Replaces all lines; resolves to the way back. */
  save: (lines: LineInput[]) => Promise<() => Promise<unknown>>;
}

/** The lines as a service would take them again. */
export const asInput = (lines: PricedLine[]): LineInput[] =>
  lines.map(({ productId, description, quantity, unitPrice, discountBp: bp }) => ({
    productId,
    description,
    quantity,
    unitPrice,
    discountBp: bp,
  }));

/** What a deal is about: products, quantities, prices and discounts, with sums exact to the minor unit. */
export function DealLines(props: Props) {
  const { t: tl } = useTranslation("sales");
  const [editing, setEditing] = useState(false);
  if (editing) return <EditedLines {...props} leave={() => setEditing(false)} />;
  const edit = props.able && (
    <Button disabled={props.why !== undefined} title={props.why} onClick={() => setEditing(true)}>
      {props.lines.length === 0 ? tl("lines.add") : tl("lines.edit")}
    </Button>
  );
  if (props.lines.length === 0)
    return <Empty title={tl("lines.none")} hint={props.why ?? tl("lines.noneHint")} action={edit} />;
  return (
    <section className="stack" aria-label={tl("lines.title")}>
      <LinesTable total={<Money of={props.total} />}>
        {props.lines.map((line) => (
          <tr key={line.id}>
            <Cell label={tl("lines.what")}>
              {line.description || <ObjectName kind="PRODUCT" id={line.productId} />}
              {line.description && line.productId && (
                <div className="hint">
                  <ObjectName kind="PRODUCT" id={line.productId} number />
                </div>
              )}
            </Cell>
            <Cell label={tl("lines.quantity")} isNumber>
              {line.quantity}
            </Cell>
            <Cell label={tl("lines.price")} isNumber>
              <Money of={line.unitPrice} />
            </Cell>
            <Cell label={tl("lines.discount")} isNumber>
              {line.discountBp > 0 ? percent(line.discountBp / 10_000, 2) : "—"}
            </Cell>
            <Cell label={tl("lines.amount")} isNumber>
              <Money of={line.amount} />
            </Cell>
          </tr>
        ))}
      </LinesTable>
      <div className="bar">
        {edit}
        {props.able && props.why && <span className="hint">{props.why}</span>}
      </div>
    </section>
  );
}

function LinesTable({ total, editing, children }: { total: ReactNode; editing?: boolean; children: ReactNode }) {
  const { t: tl } = useTranslation("sales");
  return (
    <div className="scroll">
      <table className="lines">
        <thead>
          <tr>
            <th scope="col">{tl("lines.what")}</th>
            <th scope="col">{tl("lines.quantity")}</th>
            <th scope="col">{tl("lines.price")}</th>
            <th scope="col">{tl("lines.discount")}</th>
            <th scope="col">{tl("lines.amount")}</th>
            {editing && <td />}
          </tr>
        </thead>
        <tbody>{children}</tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={4}>
              {tl("lines.total")}
            </th>
            <td className="num">
              <strong>{total}</strong>
            </td>
            {editing && <td />}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Cell({ label, isNumber, children }: { label: string; isNumber?: boolean; children: ReactNode }) {
  return (
    <td data-label={label} className={isNumber ? "num" : undefined}>
      {children}
    </td>
  );
}

/** A line while it is written: everything a text. */
interface Draft {
  key: number;
  productId: string;
  description: string;
  quantity: string;
  price: string;
  discount: string;
}

let keys = 0;

const empty = (): Draft => {
  keys += 1;
  return { key: keys, productId: "", description: "", quantity: "1", price: "", discount: "" };
};

function draftOf(line: PricedLine, digits: number): Draft {
  return {
    ...empty(),
    productId: line.productId,
    description: line.description,
    quantity: line.quantity,
    price: line.unitPrice ? major(line.unitPrice.amountMinor, digits) : "",
    discount: line.discountBp > 0 ? percentText(line.discountBp) : "",
  };
}

/** What a draft says, where it says something. */
function read(draft: Draft, digits: number) {
  const price = minor(draft.price, digits);
  const quantity = milli(draft.quantity) || undefined;
  const bp = basisPoints(draft.discount);
  const whole = price !== undefined && price >= 0n && quantity !== undefined && bp !== undefined;
  return { price, quantity, bp, amount: whole ? lineAmount(price, quantity, bp) : undefined };
}

function EditedLines({ lines, total, save, leave }: Props & { leave: () => void }) {
  const { t } = useTranslation();
  const { t: tl } = useTranslation("sales");
  const firm = useFirm();
  const { done } = useDo();
  const [currency, setCurrency] = useState(
    lines[0]?.unitPrice?.currencyCode || total?.currencyCode || firm?.currencyCode || "CNY",
  );
  const digits = minorDigits(currency);
  const [drafts, setDrafts] = useState(() => (lines.length > 0 ? lines.map((l) => draftOf(l, digits)) : [empty()]));
  const [told, setTold] = useState<{ refusal: Refusal; stale: boolean }>();
  const [busy, setBusy] = useState(false);
  const reads = drafts.map((d) => read(d, digits));
  const isWhole = reads.every((r) => r.amount !== undefined);
  const sum = reads.reduce((all, r) => all + (r.amount ?? 0n), 0n);
  const change = (key: number, part: Partial<Draft>) =>
    setDrafts(drafts.map((d) => (d.key === key ? { ...d, ...part } : d)));
  const send = async () => {
    setBusy(true);
    try {
      const back = await save(
        drafts.map((d, i) => ({
          productId: d.productId,
          description: d.description.trim(),
          quantity: d.quantity.trim(),
          unitPrice: { currencyCode: currency, amountMinor: reads[i]?.price ?? 0n },
          discountBp: reads[i]?.bp ?? 0,
        })),
      );
      done(t("act.saved"), back);
      leave();
    } catch (cause) {
      setTold({ refusal: refusal(cause), stale: isStale(cause) });
      setBusy(false);
    }
  };
  return (
    <section className="stack" aria-label={tl("lines.title")}>
      {told && <Told {...told} leave={leave} />}
      <div className="bar">
        <Select
          aria-label={t("form.currency")}
          value={currency}
          onChange={setCurrency}
          options={[...new Set([currency, firm?.currencyCode ?? "CNY", "CNY", "USD", "EUR", "HKD", "JPY"])].map(
            (c) => ({
              value: c,
              label: c,
            }),
          )}
        />
      </div>
      <LinesTable editing total={<Money of={create(MoneySchema, { currencyCode: currency, amountMinor: sum })} />}>
        {drafts.map((draft, i) => (
          <EditedLine
            key={draft.key}
            n={i + 1}
            draft={draft}
            currency={currency}
            violations={(told?.refusal.violations ?? []).filter((v) => v.field.startsWith(`lines[${i}]`))}
            change={(part) => change(draft.key, part)}
            remove={() => setDrafts(drafts.filter((d) => d.key !== draft.key))}
          />
        ))}
      </LinesTable>
      <div className="bar">
        <Button icon={<PlusOutlined />} onClick={() => setDrafts([...drafts, empty()])}>
          {tl("lines.another")}
        </Button>
        <span className="grow" />
        {!isWhole && <span className="hint">{tl("lines.notWhole")}</span>}
        <Button onClick={leave}>{t("act.cancel")}</Button>
        <Button type="primary" loading={busy} disabled={!isWhole} onClick={() => void send()}>
          {t("act.save")}
        </Button>
      </div>
    </section>
  );
}

/** What was refused, but for what stands at the lines. */
function Told({
  refusal: { text, violations },
  stale,
  leave,
}: {
  refusal: Refusal;
  stale: boolean;
  leave: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const others = violations.filter((v) => !/^lines\[\d+\]/.test(v.field));
  return (
    <Alert
      type={stale ? "warning" : "error"}
      role="alert"
      title={stale ? t("error.stale") : text}
      description={others.length > 0 && others.map((v) => <p key={v.field + v.reason}>{v.text}</p>)}
      action={
        stale && (
          <Button size="small" onClick={() => void refresh(cache).then(leave)}>
            {t("error.staleReload")}
          </Button>
        )
      }
    />
  );
}

interface EditedLineProps {
  n: number;
  draft: Draft;
  currency: string;
  violations: Refusal["violations"];
  change: (part: Partial<Draft>) => void;
  remove: () => void;
}

function EditedLine({ n, draft, currency, violations, change, remove }: EditedLineProps) {
  const { t: tl } = useTranslation("sales");
  const digits = minorDigits(currency);
  const products = useRead(ProductService.method.listProducts, { pageSize: 200, state: ProductState.ACTIVE });
  const { price, quantity, bp, amount } = read(draft, digits);
  const pick = (productId: string | undefined) => {
    const product = products.data?.products.find((p) => p.id === productId);
    const listed = product?.listPrice?.currencyCode === currency ? product.listPrice : undefined;
    change({
      productId: productId ?? "",
      ...(listed && !draft.price ? { price: major(listed.amountMinor, digits) } : {}),
    });
  };
  const field = (name: "description" | "quantity" | "price" | "discount", label: string, isWrong: boolean) => (
    <Input
      aria-label={tl("lines.field", { n, field: label })}
      value={draft[name]}
      status={isWrong ? "error" : undefined}
      inputMode={name === "description" ? undefined : "decimal"}
      suffix={name === "discount" ? "%" : undefined}
      maxLength={name === "description" ? 200 : 20}
      placeholder={name === "description" ? label : undefined}
      onChange={(e) => change({ [name]: e.target.value })}
    />
  );
  return (
    <tr>
      <Cell label={tl("lines.what")}>
        <div className="line-what">
          <ProductPick
            label={tl("lines.field", { n, field: tl("lines.product") })}
            value={draft.productId}
            onChange={pick}
          />
          {field("description", tl("lines.description"), false)}
        </div>
        {violations.length > 0 && (
          <ul className="line-told" role="alert">
            {violations.map((v) => (
              <li key={v.field + v.reason}>{v.text}</li>
            ))}
          </ul>
        )}
      </Cell>
      <Cell label={tl("lines.quantity")}>{field("quantity", tl("lines.quantity"), quantity === undefined)}</Cell>
      <Cell label={tl("lines.price")}>
        {field("price", tl("lines.price"), draft.price !== "" && (price === undefined || price < 0n))}
      </Cell>
      <Cell label={tl("lines.discount")}>{field("discount", tl("lines.discount"), bp === undefined)}</Cell>
      <Cell label={tl("lines.amount")} isNumber>
        {amount === undefined ? (
          "—"
        ) : (
          <Money of={create(MoneySchema, { currencyCode: currency, amountMinor: amount })} />
        )}
      </Cell>
      <td>
        <Button type="text" icon={<DeleteOutlined />} aria-label={tl("lines.remove", { n })} onClick={remove} />
      </td>
    </tr>
  );
}
