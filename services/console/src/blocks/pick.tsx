import { Select } from "antd";
import { type CSSProperties, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead, useSettled } from "../api/calls";
import { useDepartments, useMembers, useTerritories } from "../api/names";
import { useNode } from "../api/nodes";
import { ProductState } from "../gen/baton/commerce/v1/product_pb";
import { ProductService } from "../gen/baton/commerce/v1/product_service_pb";
import { PartyService } from "../gen/baton/customer/v1/party_service_pb";
import { type Territory, TerritoryState } from "../gen/baton/directory/v1/territory_pb";

/** What a field of a form hands to its control. */
export interface Picked {
  id?: string;
  value?: string;
  onChange?: (value?: string) => void;
  placeholder?: string;
  "aria-label"?: string;
}

/** Picks a member who can be given work. */
export function MemberPick({ only, ...props }: Picked & { only?: (memberId: string) => boolean }) {
  const { active, name } = useMembers();
  const options = active
    .filter((m) => only?.(m.id) ?? true)
    .map((m) => ({ value: m.id, label: m.displayName || m.name }));
  const known = !props.value || options.some((o) => o.value === props.value);
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      {...props}
      value={props.value || undefined}
      options={known ? options : [...options, { value: props.value ?? "", label: name(props.value ?? "") || "…" }]}
    />
  );
}

/** Picks several members who can be given work; who is picked already stays, whatever became of him. */
export function MembersPick(props: {
  id?: string;
  value?: string[];
  onChange?: (value: string[]) => void;
  /** The most that can be picked. */
  max: number;
}) {
  const { active, name } = useMembers();
  const { max, value = [], ...rest } = props;
  const options = active.map((m) => ({ value: m.id, label: m.displayName || m.name }));
  const others = value.filter((id) => !options.some((o) => o.value === id));
  return (
    <Select
      mode="multiple"
      showSearch={{ optionFilterProp: "label" }}
      maxCount={max}
      {...rest}
      value={value}
      options={[...options, ...others.map((id) => ({ value: id, label: name(id) || "…" }))]}
    />
  );
}

/** Territories in the order of their tree, each with its depth below the root. */
function inTreeOrder(all: Territory[]): { territory: Territory; depth: number }[] {
  const known = new Set(all.map((territory) => territory.id));
  const below = (parent: string, depth: number): { territory: Territory; depth: number }[] =>
    all
      .filter((territory) => (known.has(territory.parentId) ? territory.parentId : "") === parent)
      .flatMap((territory) => [{ territory, depth }, ...below(territory.id, depth + 1)]);
  return below("", 0);
}

/** Picks a territory out of the tree of them. A list that is set in, and no tree control: that one is as heavy as a table. */
export function TerritoryPick(props: Picked) {
  const { all } = useTerritories();
  const active = all.filter((territory) => territory.state === TerritoryState.ACTIVE);
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      {...props}
      value={props.value || undefined}
      options={inTreeOrder(active).map(({ territory, depth }) => ({
        value: territory.id,
        label: territory.name,
        depth,
      }))}
      optionRender={({ data, label }) => <span style={{ paddingInlineStart: data.depth * 16 }}>{label}</span>}
    />
  );
}

/** Picks a department. */
export function DepartmentPick(props: Picked) {
  const { all } = useDepartments();
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      {...props}
      value={props.value || undefined}
      options={all.map((d) => ({ value: d.id, label: d.name }))}
    />
  );
}

/** Picks an account by its name. */
export function PartyPick({ label, ...props }: Picked & { label?: string; style?: CSSProperties }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const query = useSettled(text.trim(), 200);
  const found = useRead(PartyService.method.listAccounts, { query, pageSize: 20 });
  const chosen = useNode("ACCOUNT", props.value ?? "");
  const options = (found.data?.accounts ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.number}` }));
  const known = !props.value || options.some((o) => o.value === props.value);
  return (
    <Select
      allowClear
      aria-label={label}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={found.isFetching}
      placeholder={t("form.searchCustomer")}
      {...props}
      value={props.value || undefined}
      options={known ? options : [...options, { value: props.value ?? "", label: chosen?.title || "…" }]}
    />
  );
}

/** Picks a product on sale. */
export function ProductPick({ label, ...props }: Picked & { label?: string }) {
  const { t } = useTranslation();
  const found = useRead(ProductService.method.listProducts, { pageSize: 200, state: ProductState.ACTIVE });
  const chosen = useNode("PRODUCT", props.value ?? "");
  const options = (found.data?.products ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.sku}` }));
  const known = !props.value || options.some((o) => o.value === props.value);
  return (
    <Select
      allowClear
      aria-label={label}
      showSearch={{ optionFilterProp: "label" }}
      loading={found.isFetching}
      placeholder={t("form.searchProduct")}
      {...props}
      value={props.value || undefined}
      options={known ? options : [...options, { value: props.value ?? "", label: chosen?.title || "…" }]}
    />
  );
}
