import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useAct, useList } from "../../api/calls";
import { maskOf } from "../../api/mask";
import { Access, Duty, useMe } from "../../api/me";
import { type Ask, useAsk } from "../../blocks/ask";
import { useSharedColumns } from "../../blocks/columns";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { useDo } from "../../blocks/doing";
import { FilterBar, useFilters } from "../../blocks/Filters";
import type { Field, Values } from "../../blocks/Form";
import { Money } from "../../blocks/Money";
import { State, useChoices } from "../../blocks/words";
import { type Product, ProductState, ProductStateSchema } from "../../gen/baton/commerce/v1/product_pb";
import { ProductService } from "../../gen/baton/commerce/v1/product_service_pb";

/** What the firm sells, at which list price. */
export function Products() {
  const { t } = useTranslation(["commerce", "common"]);
  const mayWrite = useMe().can(Duty.COMMERCE, Access.WRITE);
  const [filters, set] = useFilters();
  const { ask, dialog } = useAsk();
  const acts = useProductActs(ask);
  useNew(mayWrite, acts.create);
  const list = useList(
    ProductService.method.listProducts,
    {
      state: Number(filters.state ?? 0),
      productLine: filters.line,
      sku: filters.sku,
      query: filters.q,
      orderBy: filters.order,
    },
    (a) => a.products,
  );
  const add = (
    <Button type="primary" onClick={() => void acts.create()}>
      {t("product.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.products")}</h1>
        <span className="grow" />
        {mayWrite && add}
      </div>
      <FilterBar
        searched
        page="products"
        filters={[
          { key: "sku", label: t("product.sku"), kind: "text" },
          { key: "line", label: t("product.line"), kind: "text" },
          { key: "state", label: t("common:list.state"), kind: "choice", options: useChoices(ProductStateSchema) },
        ]}
      />
      <DataTable<Product>
        name="products"
        list={list}
        file="products"
        columns={useColumns(mayWrite ? acts : undefined)}
        rowKey={(p) => p.id}
        rowName={(p) => p.name}
        orderBy={filters.order ?? "sku"}
        onOrder={(order) => set({ order })}
        card={(p) => <ProductCard product={p} acts={mayWrite ? acts : undefined} />}
        empty={{ title: t("product.none"), hint: t("product.noneHint"), action: mayWrite ? add : undefined }}
      />
      {dialog}
    </div>
  );
}

const said = (v: Values | Product) => ({
  name: v.name ?? "",
  productLine: v.productLine ?? "",
  unit: v.unit ?? "",
  listPrice: v.listPrice,
});

function useProductActs(ask: Ask) {
  const { t } = useTranslation(["commerce", "common"]);
  const { done, run } = useDo();
  const creating = useAct(ProductService.method.createProduct);
  const updating = useAct(ProductService.method.updateProduct);
  const discontinuing = useAct(ProductService.method.discontinueProduct);
  const reinstating = useAct(ProductService.method.reinstateProduct);
  const fields: Field[] = [
    { name: "name", label: t("product.name"), required: true, max: 200 },
    { name: "productLine", label: t("product.line"), max: 100, hint: t("product.lineHint") },
    { name: "unit", label: t("lines.unit"), max: 20, placeholder: t("product.unitExample") },
    { name: "listPrice", label: t("product.price"), kind: "money", required: true },
  ];
  const stop = (p: Product | undefined) => discontinuing.mutateAsync({ id: p?.id, etag: p?.etag });
  const start = (p: Product | undefined) => reinstating.mutateAsync({ id: p?.id, etag: p?.etag });
  return {
    create: () =>
      ask({
        title: t("product.new"),
        fields: [
          { name: "sku", label: t("product.sku"), required: true, max: 64, hint: t("product.skuHint") },
          ...fields,
        ],
        prefix: "product",
        submit: async (v) => {
          await creating.mutateAsync({ product: { sku: v.sku, ...said(v) } });
          done(t("product.created"));
        },
      }),
    edit: (product: Product) =>
      ask({
        title: t("product.edit", { sku: product.sku }),
        intro: <p className="hint">{t("product.editHint")}</p>,
        fields,
        prefix: "product",
        initial: said(product),
        submit: async (v) => {
          const save = (to: ReturnType<typeof said>, etag: string) =>
            updating.mutateAsync({ product: { id: product.id, ...to }, updateMask: maskOf(to), etag });
          const answer = await save(said(v), product.etag);
          done(t("common:act.saved"), () => save(said(product), answer.product?.etag ?? ""));
        },
      }),
    discontinue: (product: Product) =>
      run(
        () => stop(product),
        t("product.discontinued"),
        (a) => start(a.product),
      ),
    reinstate: (product: Product) =>
      run(
        () => start(product),
        t("product.reinstated"),
        (a) => stop(a.product),
      ),
  };
}

type Acts = ReturnType<typeof useProductActs>;

function useColumns(acts: Acts | undefined): Column<Product>[] {
  const { t } = useTranslation(["commerce", "common"]);
  const shared = useSharedColumns();
  return [
    { key: "sku", title: t("product.sku"), width: 140, render: (p) => p.sku, field: "sku", sort: { up: "sku" } },
    {
      key: "name",
      title: t("product.name"),
      width: 260,
      render: (p) => p.name,
      field: "name",
      sort: { up: "name" },
    },
    { key: "line", title: t("product.line"), render: (p) => p.productLine || "—", field: "productLine" },
    { key: "unit", title: t("lines.unit"), width: 80, render: (p) => p.unit || "—", field: "unit" },
    {
      key: "price",
      title: t("product.price"),
      width: 140,
      align: "right",
      render: (p) => <Money of={p.listPrice} />,
      field: ["listPrice", "listPrice.currencyCode"],
    },
    {
      key: "state",
      title: t("common:list.state"),
      width: 100,
      render: (p) => <State of={ProductStateSchema} value={p.state} />,
    },
    shared.created({ hidden: true }),
    ...(acts
      ? [{ key: "acts", title: t("actions"), width: 160, render: (p: Product) => <Buttons product={p} acts={acts} /> }]
      : []),
  ];
}

function Buttons({ product, acts }: { product: Product; acts: Acts }) {
  const { t } = useTranslation(["commerce", "common"]);
  const named = (label: string) => `${label}: ${product.name}`;
  const onSale = product.state === ProductState.ACTIVE;
  const turn = onSale ? t("product.discontinue") : t("product.reinstate");
  return (
    <span className="bar">
      <Button size="small" aria-label={named(t("common:act.edit"))} onClick={() => void acts.edit(product)}>
        {t("common:act.edit")}
      </Button>
      <Button
        size="small"
        aria-label={named(turn)}
        onClick={() => void (onSale ? acts.discontinue(product) : acts.reinstate(product))}
      >
        {turn}
      </Button>
    </span>
  );
}

function ProductCard({ product, acts }: { product: Product; acts: Acts | undefined }) {
  return (
    <>
      <div className="bar">
        <strong>{product.name}</strong>
        <State of={ProductStateSchema} value={product.state} />
        <span className="grow" />
        <Money of={product.listPrice} />
      </div>
      <div className="bar">
        <span className="hint">{[product.sku, product.productLine, product.unit].filter(Boolean).join(" · ")}</span>
        <span className="grow" />
        {acts && <Buttons product={product} acts={acts} />}
      </div>
    </>
  );
}
