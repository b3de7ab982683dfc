import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Dropdown, Grid, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/me";
import { useMembers, useTerritories } from "../api/names";
import { asPanel } from "./menus";
import { PartyPick } from "./pick";

/** What a page shows, as it stands in its address: every value a text. */
export type Filters = Record<string, string | undefined>;

/** The filters of the page in its address. Setting one to undefined takes it away. */
export function useFilters(): [Filters, (change: Filters) => void] {
  const filters = useSearch({ strict: false }) as Filters;
  const go = useNavigate();
  const set = (change: Filters) => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, v]) => v));
    void go({ to: ".", search: next as never, replace: true });
  };
  return [filters, set];
}

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
      {(!folds || all) && <Views page={page} keys={filters.map((f) => f.key)} />}
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
        style={{ width: 180 }}
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

interface View {
  name: string;
  filters: Filters;
}

const viewsKey = (page: string, member: string) => `baton.views.${member}.${page}`;

function keptViews(key: string): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? (kept as View[]) : [];
  } catch {
    return [];
  }
}

/** Sets of filters that the reader keeps under a name, in this browser. */
function Views({ page, keys }: { page: string; keys: string[] }) {
  const { t } = useTranslation();
  const [value, set] = useFilters();
  const { id } = useMe();
  const key = viewsKey(page, id);
  const [views, setViews] = useState(() => keptViews(key));
  const [name, setName] = useState("");
  useEffect(() => setViews(keptViews(key)), [key]);
  const keep = (next: View[]) => {
    localStorage.setItem(key, JSON.stringify(next));
    setViews(next);
  };
  const now = Object.fromEntries(keys.filter((k) => value[k]).map((k) => [k, value[k]]));
  const none = Object.fromEntries(keys.map((k) => [k, undefined]));
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      popupRender={() => (
        <div className="menu-panel" {...asPanel}>
          {views.length === 0 && <p className="hint">{t("list.noViews")}</p>}
          {views.map((view) => (
            <div key={view.name} className="bar">
              <Button type="link" onClick={() => set({ ...none, ...view.filters })}>
                {view.name}
              </Button>
              <span className="grow" />
              <Button
                type="text"
                size="small"
                aria-label={t("list.forgetView", { name: view.name })}
                onClick={() => keep(views.filter((v) => v.name !== view.name))}
              >
                ✕
              </Button>
            </div>
          ))}
          <div className="bar">
            <Input
              aria-label={t("list.viewName")}
              placeholder={t("list.viewName")}
              value={name}
              maxLength={40}
              onChange={(e) => setName(e.target.value)}
            />
            <Button
              disabled={!name.trim() || Object.keys(now).length === 0}
              onClick={() => {
                keep([...views.filter((v) => v.name !== name.trim()), { name: name.trim(), filters: now }]);
                setName("");
              }}
            >
              {t("list.keepView")}
            </Button>
          </div>
        </div>
      )}
    >
      <Button>{t("list.views")}</Button>
    </Dropdown>
  );
}
