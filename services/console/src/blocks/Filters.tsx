import { Button, Grid, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/me";
import { useMembers, useTerritories } from "../api/names";
import { type Filters, useFilters } from "./address";
import { PartyPick } from "./pick";
import { useSavedViews } from "./views/useSavedViews";
import { Views } from "./views/Views";

export { type Filters, useFilters };

interface Choice {
  value: string | number;
  label: string;
}

export type Filter =
  | { key: string; label: string; kind: "choice"; options: Choice[] }
  | { key: string; label: string; kind: "member" | "territory" | "party" | "text" | "flag" | "day" };

/** Filters that a phone shows without being asked. */
const FEW = 2;

/**
 * The filters of a list above it, kept in the address; a set of them can be kept under a name. `searched` lists also
 * take words, under "q".
 */
export function FilterBar({ page, searched, filters: own }: { page: string; searched?: boolean; filters: Filter[] }) {
  const { t } = useTranslation();
  const filters: Filter[] = searched ? [{ key: "q", label: t("list.searchIn"), kind: "text" }, ...own] : own;
  const [value, set] = useFilters();
  const views = useSavedViews(page);
  const isSet = filters.some((f) => value[f.key]);
  const wide = Grid.useBreakpoint().md ?? true;
  const [all, setAll] = useState(false);
  // On a phone the list comes before what it may be narrowed by.
  const folds = !wide && filters.length > FEW;
  const first = filters.filter((f, i) => !folds || (i === 0 && f.kind === "text"));
  const rest = filters.filter((f) => !first.includes(f));
  const count = rest.filter((f) => value[f.key]).length;
  const field = (filter: Filter) => (
    <FilterField
      key={filter.key}
      filter={filter}
      value={value[filter.key]}
      onChange={(v) => set({ [filter.key]: v })}
    />
  );
  return (
    <div className="bar" role="search" aria-label={t("list.filters")}>
      {first.map(field)}
      {folds && (
        <Button aria-expanded={all} onClick={() => setAll(!all)}>
          {t("list.filters")}
          {count > 0 && ` · ${count}`}
        </Button>
      )}
      {all && rest.map(field)}
      {isSet && (
        <Button type="link" onClick={() => set(Object.fromEntries(filters.map((f) => [f.key, undefined])))}>
          {t("list.clearFilters")}
        </Button>
      )}
      {(!folds || all) && <Views list={page} known={views} />}
    </div>
  );
}

function FilterField(props: { filter: Filter; value: string | undefined; onChange: (value?: string) => void }) {
  const { filter, value, onChange } = props;
  const { t } = useTranslation();
  const { active } = useMembers();
  const territories = useTerritories().all;
  const me = useMe();
  if (filter.kind === "text") return <TextFilter label={filter.label} value={value} onChange={onChange} />;
  if (filter.kind === "flag") {
    return (
      <Button
        aria-pressed={value === "1"}
        type={value === "1" ? "primary" : "default"}
        onClick={() => onChange(value === "1" ? undefined : "1")}
      >
        {filter.label}
      </Button>
    );
  }
  if (filter.kind === "party") {
    return (
      <PartyPick
        label={filter.label}
        placeholder={filter.label}
        value={value}
        onChange={onChange}
        style={{ minWidth: 180 }}
      />
    );
  }
  if (filter.kind === "day") {
    return (
      <Input
        type="date"
        aria-label={filter.label}
        prefix={<span className="hint">{filter.label}</span>}
        value={value ?? ""}
        onChange={(e) => onChange(e.target.value || undefined)}
        style={{ width: 208 }}
      />
    );
  }
  const options: Choice[] =
    filter.kind === "choice"
      ? filter.options.map((o) => ({ value: String(o.value), label: o.label }))
      : filter.kind === "member"
        ? [
            { value: me.id, label: t("list.me") },
            ...active.filter((m) => m.id !== me.id).map((m) => ({ value: m.id, label: m.displayName })),
          ]
        : territories.map((r) => ({ value: r.id, label: r.name }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      aria-label={filter.label}
      placeholder={filter.label}
      value={value || undefined}
      onChange={(v?: string) => onChange(v)}
      options={options}
      popupMatchSelectWidth={false}
      style={{ minWidth: 132 }}
    />
  );
}

function TextFilter({ label, value, onChange }: { label: string; value?: string; onChange: (v?: string) => void }) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  return (
    <Input.Search
      allowClear
      aria-label={label}
      placeholder={label}
      value={text}
      data-key="filter"
      className="text-filter"
      onChange={(e) => setText(e.target.value)}
      onSearch={(v) => onChange(v.trim() || undefined)}
    />
  );
}
