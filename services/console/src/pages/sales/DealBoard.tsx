import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Access, Duty, useMe } from "../../api/me";
import { useTerritories } from "../../api/names";
import { Board } from "../../blocks/Board";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { useWords } from "../../blocks/words";
import type { Territory } from "../../gen/baton/directory/v1/territory_pb";
import { OpportunityState, OpportunityStateSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import type { Process } from "../../gen/baton/sales/v1/process_pb";
import { DealCard } from "./DealCard";
import { LOST, useDealMoves, WON } from "./dealMoves";
import { daysSince } from "./figures";
import { useLongStays, useOpenDeals, useStays } from "./openDeals";
import { useProcesses } from "./processes";
import "./sales.css";
import { WorthLines } from "./WorthLines";

/** The open deals of a sales process, stage by stage: what is stuck? */
export function DealBoard() {
  const { t } = useTranslation("sales");
  const [filters, set] = useFilters();
  const processes = useProcesses();
  const process = processes.byId(filters.process) ?? processes.active[0] ?? processes.all[0];
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("board.title")}</h1>
        {process && (
          <Select
            aria-label={t("deal.process")}
            value={process.id}
            onChange={(id) => set({ process: id })}
            options={processes.all.map((p) => ({ value: p.id, label: p.name }))}
            popupMatchSelectWidth={false}
          />
        )}
        <span className="grow" />
        <Link to="/opportunities">{t("board.asList")}</Link>
      </div>
      {processes.error ? (
        <Failure error={processes.error} retry={processes.retry} />
      ) : processes.isLoading ? (
        <Waiting rows={10} />
      ) : process ? (
        <ProcessBoard key={process.id} process={process} />
      ) : (
        <Empty title={t("board.noProcess")} hint={t("board.noProcessHint")} />
      )}
    </div>
  );
}

function ProcessBoard({ process }: { process: Process }) {
  const { t } = useTranslation("sales");
  const words = useWords();
  const me = useMe();
  const [filters] = useFilters();
  const found = useOpenDeals(process.id, filters.owner ?? "");
  const stays = useStays(process, filters.owner ?? "");
  const longAfter = useLongStays(process);
  const { move, placeOf, dialog } = useDealMoves((id) => process.stages.find((s) => s.id === id)?.name ?? "");
  const isWithin = useWithin(filters.territory);

  const stay = (id: string, stageId: string) => {
    const since = stays?.get(id);
    const days = since && daysSince(since);
    const long = longAfter(stageId);
    return { days, stuckAfter: days !== undefined && long !== undefined && days > long ? long : undefined };
  };
  const cards = (found.data?.rows ?? [])
    .filter((d) => isWithin(d.territoryId))
    .map((deal) => ({ deal, ...stay(deal.id, deal.stageId) }));
  const shown = filters.stuck ? cards.filter((c) => c.stuckAfter !== undefined) : cards;
  const stuck = cards.filter((c) => c.stuckAfter !== undefined).length;
  const word = (state: OpportunityState) => words.word(OpportunityStateSchema, state);

  return (
    <>
      <FilterBar
        page="board"
        filters={[
          { key: "owner", label: t("deal.owner"), kind: "member" },
          { key: "territory", label: t("deal.territory"), kind: "territory" },
          { key: "stuck", label: t("board.onlyStuck", { count: stuck }), kind: "flag" },
        ]}
      />
      {found.error && !found.data ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Waiting rows={10} />
      ) : (
        <>
          <div className="bar hint">
            <span className="num">{t("board.deals", { count: shown.length })}</span>
            <WorthLines deals={shown.map((c) => c.deal)} />
            {found.data.more && (
              <Link to="/opportunities" search={{ process: process.id, state: String(OpportunityState.OPEN) }}>
                {t("board.moreInList")}
              </Link>
            )}
          </div>
          <Board
            label={t("board.title")}
            lanes={process.stages.map((stage) => ({
              id: stage.id,
              title: stage.name,
              head: (
                <div className="lane-head">
                  <WorthLines deals={shown.filter((c) => placeOf(c.deal) === stage.id).map((c) => c.deal)} />
                </div>
              ),
            }))}
            exits={[
              { id: WON, title: word(OpportunityState.WON), tone: "success" },
              { id: LOST, title: word(OpportunityState.LOST), tone: "danger" },
            ]}
            cards={shown}
            cardId={(c) => c.deal.id}
            cardName={(c) => c.deal.name}
            laneOf={(c) => placeOf(c.deal)}
            render={(c) => <DealCard {...c} />}
            onMove={me.can(Duty.SALES, Access.WRITE) ? (c, to) => move(c.deal, to) : undefined}
          />
        </>
      )}
      {dialog}
    </>
  );
}

/** Tells whether a territory is a given one or below it; all are where none is given. */
function useWithin(root: string | undefined): (territoryId: string) => boolean {
  const { territories } = useTerritories();
  if (!root) return () => true;
  return (territoryId) => {
    for (let at: Territory | undefined = territories?.get(territoryId); at; at = territories?.get(at.parentId)) {
      if (at.id === root) return true;
    }
    return false;
  };
}
