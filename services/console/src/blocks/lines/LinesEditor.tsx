import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { isStale, refusal } from "../../api/refusal";
import type { Line } from "../../gen/baton/commerce/v1/line_pb";
import { ProductState } from "../../gen/baton/commerce/v1/product_pb";
import { ProductService } from "../../gen/baton/commerce/v1/product_service_pb";
import { money as moneyText } from "../../i18n/format";
import { ProductPick } from "../pick";
import { amountOf, type Draft, draftOf, empty, priceOf, request, wrong } from "./draft";
import "../blocks.css";

/** The most lines of a document. */
const LINES_MAX = 200;

interface Props {
  lines: Line[];
  currency: string;
  /** Sets all lines; what is thrown is told at the lines. */
  save: (lines: ReturnType<typeof request>[]) => Promise<unknown>;
  /** Called when they are set, or the reader thinks better. */
  onDone: () => void;
}

/** The editor of lines over the page. */
export function LinesDialog({ open, title, ...rest }: Props & { open: boolean; title: string }) {
  return (
    <Modal open={open} title={title} width={1120} footer={null} onCancel={rest.onDone} destroyOnHidden>
      <LinesEditor {...rest} />
    </Modal>
  );
}

/** Writes the lines of a contract or an order: what, how much, at what price; the total stands below at once. */
export function LinesEditor({ lines, currency, save, onDone }: Props) {
  const { t } = useTranslation(["commerce", "common"]);
  const [drafts, setDrafts] = useState(() => (lines.length > 0 ? lines.map(draftOf) : [empty()]));
  const [told, setTold] = useState<Told>({ text: "", fields: {} });
  const [busy, setBusy] = useState(false);
  const set = (key: string, change: Partial<Draft>) =>
    setDrafts((now) => now.map((d) => (d.key === key ? { ...d, ...change } : d)));
  const send = async () => {
    setTold({ text: "", fields: {} });
    setBusy(true);
    try {
      await save(drafts.map((d) => request(d, currency)));
      onDone();
    } catch (cause) {
      setTold(tell(cause, drafts, { stale: t("common:error.stale"), marked: t("common:form.marked") }));
    } finally {
      setBusy(false);
    }
  };
  const amounts = drafts.map((d) => amountOf(d, currency));
  const isWrong = drafts.some((d) => Object.keys(wrong(d, currency)).length > 0);
  const total = amounts.reduce<bigint>((sum, a) => sum + (a ?? 0n), 0n);
  return (
    <section className="stack" aria-label={t("lines.edit")}>
      {told.text && <Alert type="error" role="alert" title={told.text} />}
      <div className="lines">
        <Head />
        {drafts.map((draft, i) => (
          <Row
            key={draft.key}
            place={i + 1}
            draft={draft}
            currency={currency}
            errors={told.fields[draft.key] ?? {}}
            set={(change) => set(draft.key, change)}
            remove={() => setDrafts((now) => now.filter((d) => d.key !== draft.key))}
          />
        ))}
      </div>
      <div className="bar">
        <Button
          icon={<PlusOutlined aria-hidden />}
          disabled={drafts.length >= LINES_MAX}
          onClick={() => setDrafts((now) => [...now, empty()])}
        >
          {t("lines.add")}
        </Button>
        <span className="grow" />
        <span className="total" aria-live="polite">
          {t("lines.total")} <span className="num">{moneyText(amount(currency, total))}</span>
        </span>
        <Button onClick={onDone}>{t("common:act.cancel")}</Button>
        <Button type="primary" loading={busy} disabled={isWrong} onClick={() => void send()}>
          {t("lines.save")}
        </Button>
      </div>
    </section>
  );
}

const amount = (currencyCode: string, amountMinor: bigint) =>
  ({ currencyCode, amountMinor }) as Parameters<typeof moneyText>[0];

interface Told {
  text: string;
  /** What is wrong with which field, by the keys of the lines. */
  fields: Record<string, Partial<Record<string, string>>>;
}

/** Puts what was refused at the lines and fields that it is about. */
function tell(cause: unknown, drafts: Draft[], words: { stale: string; marked: string }): Told {
  const told = refusal(cause);
  const fields: Told["fields"] = {};
  const rest: typeof told.violations = [];
  for (const v of told.violations) {
    const found = /^lines\[(\d+)\](?:\.(\w+))?/.exec(v.field);
    const draft = found ? drafts[Number(found[1])] : undefined;
    if (!draft) rest.push(v);
    else fields[draft.key] = { ...fields[draft.key], [found?.[2] ?? "description"]: v.text };
  }
  const marked = told.violations.length > 0 && rest.length === 0;
  return { text: isStale(cause) ? words.stale : marked ? words.marked : told.text, fields };
}

function Head() {
  const { t } = useTranslation("commerce");
  return (
    <div className="lines-head hint" aria-hidden>
      <span>{t("lines.product")}</span>
      <span>{t("lines.what")}</span>
      <span>{t("lines.quantity")}</span>
      <span>{t("lines.unit")}</span>
      <span>{t("lines.price")}</span>
      <span>{t("lines.discountPercent")}</span>
      <span className="right">{t("lines.amount")}</span>
      <span />
    </div>
  );
}

interface RowProps {
  place: number;
  draft: Draft;
  currency: string;
  errors: Partial<Record<string, string>>;
  set: (change: Partial<Draft>) => void;
  remove: () => void;
}

function Row({ place, draft, currency, errors, set, remove }: RowProps) {
  const { t } = useTranslation("commerce");
  // The same question as the picker asks: it is answered once.
  const found = useRead(ProductService.method.listProducts, { pageSize: 200, state: ProductState.ACTIVE });
  const local = wrong(draft, currency);
  const named = (field: string) => t("lines.field", { field, place });
  const pick = (id: string | undefined) => {
    const product = found.data?.products.find((p) => p.id === id);
    const price = product?.listPrice?.currencyCode === currency ? product.listPrice : undefined;
    set({
      productId: id ?? "",
      ...(product && { description: product.name, unit: product.unit }),
      ...(price && priceOf(price)),
    });
  };
  const text = (field: "description" | "quantity" | "unit" | "price" | "discount", label: string, max: number) => (
    <Cell label={label} error={errors[REQUESTED[field]]}>
      <Input
        aria-label={named(label)}
        value={draft[field]}
        maxLength={max}
        inputMode={field === "description" || field === "unit" ? undefined : "decimal"}
        status={errors[REQUESTED[field]] || local[field] ? "error" : undefined}
        onChange={(e) => set({ [field]: e.target.value })}
      />
    </Cell>
  );
  const sum = amountOf(draft, currency);
  return (
    <div className="lines-row" role="group" aria-label={t("lines.place", { place })}>
      <Cell label={t("lines.product")} error={errors.productId}>
        <ProductPick value={draft.productId} onChange={pick} aria-label={named(t("lines.product"))} />
      </Cell>
      {text("description", t("lines.what"), 200)}
      {text("quantity", t("lines.quantity"), 20)}
      {text("unit", t("lines.unit"), 20)}
      {text("price", t("lines.price"), 24)}
      {text("discount", t("lines.discountPercent"), 6)}
      <Cell label={t("lines.amount")}>
        <div className="num right">{sum === undefined ? "—" : moneyText(amount(currency, sum))}</div>
      </Cell>
      <Button
        type="text"
        icon={<DeleteOutlined aria-hidden />}
        aria-label={t("lines.remove", { place })}
        title={t("lines.remove", { place })}
        onClick={remove}
      />
    </div>
  );
}

/** What the fields are called in the request. */
const REQUESTED = {
  description: "description",
  quantity: "quantity",
  unit: "unit",
  price: "unitPrice",
  discount: "discountBp",
} as const;

function Cell({ label, error, children }: { label: string; error?: string; children: ReactNode }) {
  return (
    <div className="lines-cell">
      <span className="hint" aria-hidden>
        {label}
      </span>
      {children}
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
