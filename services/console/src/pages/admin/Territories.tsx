import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListPage } from "../../api/calls";
import { useMembers, useTerritories } from "../../api/names";
import { DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { MemberName } from "../../blocks/People";
import { type Verb, VerbBar } from "../../blocks/RecordPage";
import { State } from "../../blocks/words";
import { type Territory, TerritoryState, TerritoryStateSchema } from "../../gen/baton/directory/v1/territory_pb";
import { ArchiveTerritory, CreateTerritory, EditTerritory, MoveTerritory } from "./territories/TerritoryDialogs";
import { inTreeOrder, type Leveled } from "./territories/tree";

const INDENT_PX = 20;

interface Asked {
  verb: "edit" | "move" | "archive" | "add";
  territory: Territory;
}

/** The territories of the firm as a tree, with who manages what. */
export function Territories() {
  const { t } = useTranslation(["admin", "common"]);
  const [filters, set] = useFilters();
  const [asked, setAsked] = useState<Asked>();
  const members = useMembers();
  const list = useTree(filters.archived === "1");
  const about = (verb: Asked["verb"]) => (asked?.verb === verb ? asked.territory : undefined);
  const close = () => setAsked(undefined);
  const count = ({ id }: Territory) => members.active.filter((m) => m.territoryId === id).length;
  const workers = ({ territory }: Leveled) => (
    <Link to="/admin/members" search={{ territory: territory.id } as never}>
      {count(territory)}
    </Link>
  );
  const verbs = ({ territory }: Leveled) => (
    <span className="bar">
      <TerritoryVerbs
        territory={territory}
        workers={count(territory)}
        onAsk={(verb) => setAsked({ verb, territory })}
      />
      <Link to="/admin/placements" search={{ territory: territory.id } as never}>
        {t("placements.history")}
      </Link>
    </span>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.territories")}</h1>
        <span className="grow" />
        <Button type="primary" onClick={() => set({ new: "1" })}>
          {t("territories.create")}
        </Button>
      </div>
      <p className="hint">{t("territories.intro")}</p>
      <FilterBar
        page="territories"
        filters={[{ key: "archived", label: t("territories.withArchived"), kind: "flag" }]}
      />
      <DataTable<Leveled>
        name="territories"
        list={list}
        rowKey={(r) => r.territory.id}
        rowName={(r) => r.territory.name}
        columns={[
          {
            key: "name",
            title: t("territories.name"),
            width: 240,
            render: (r) => <span style={{ paddingInlineStart: r.depth * INDENT_PX }}>{r.territory.name}</span>,
          },
          {
            key: "manager",
            title: t("territories.manager"),
            width: 140,
            render: (r) => <MemberName id={r.territory.managerId} />,
          },
          {
            key: "members",
            title: t("territories.members"),
            width: 110,
            align: "right",
            render: workers,
          },
          {
            key: "state",
            title: t("common:list.state"),
            width: 90,
            render: (r) => <State of={TerritoryStateSchema} value={r.territory.state} />,
          },
          { key: "verbs", title: t("common:record.verbs"), width: 300, render: verbs },
        ]}
        card={(r) => (
          <div className="stack" style={{ gap: 4, paddingInlineStart: (r.depth * INDENT_PX) / 2 }}>
            <span className="bar">
              <strong>{r.territory.name}</strong>
              <State of={TerritoryStateSchema} value={r.territory.state} />
            </span>
            <span className="hint">
              {t("territories.manager")} <MemberName id={r.territory.managerId} />
            </span>
            <Link to="/admin/members" search={{ territory: r.territory.id } as never}>
              {t("territories.members")} {count(r.territory)}
            </Link>
            {verbs(r)}
          </div>
        )}
        empty={{ title: t("territories.none"), hint: t("territories.intro") }}
      />
      <CreateTerritory
        open={filters.new === "1" || about("add") !== undefined}
        parentId={about("add")?.id}
        onClose={() => {
          close();
          if (filters.new) set({ new: undefined });
        }}
      />
      <EditTerritory territory={about("edit")} onClose={close} />
      <MoveTerritory territory={about("move")} onClose={close} />
      <ArchiveTerritory territory={about("archive")} onClose={close} />
    </div>
  );
}

/** The tree as a list: it is read whole, as for names. */
function useTree(withArchived: boolean): ListPage<Leveled> {
  const { all, territories } = useTerritories();
  const rows = inTreeOrder(all.filter((r) => withArchived || r.state === TerritoryState.ACTIVE));
  const isLoading = territories === undefined;
  return { rows, isLoading, isFetching: false, error: undefined, retry: () => {}, from: 0, total: rows.length };
}

function TerritoryVerbs(props: { territory: Territory; workers: number; onAsk: (verb: Asked["verb"]) => void }) {
  const { t } = useTranslation(["admin", "common"]);
  const { territory, workers, onAsk } = props;
  const { all } = useTerritories();
  const archived = territory.state === TerritoryState.ARCHIVED ? t("territories.why.archived") : undefined;
  const root = territory.parentId === "" ? t("territories.why.root") : undefined;
  const below = all.filter((r) => r.parentId === territory.id && r.state === TerritoryState.ACTIVE).length;
  const inUse = workers
    ? t("territories.why.members", { count: workers })
    : below
      ? t("territories.why.below", { count: below })
      : undefined;
  const verb = (key: Asked["verb"], label: string, why: string | undefined): Verb => ({
    key,
    label,
    why,
    danger: key === "archive",
    run: () => onAsk(key),
  });
  return (
    <VerbBar
      wide={false}
      verbs={[
        verb("edit", t("common:act.edit"), archived),
        verb("add", t("territories.verb.add"), archived),
        verb("move", t("territories.verb.move"), archived ?? root),
        verb("archive", t("territories.verb.archive"), archived ?? root ?? inUse),
      ]}
    />
  );
}
