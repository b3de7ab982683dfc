import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListPage, useCall, useList, useRead } from "../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useNew } from "../../blocks/create";
import { DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { FollowUpDialog } from "../../blocks/Timeline";
import { type FollowUp, FollowUpState } from "../../gen/baton/customer/v1/follow_up_pb";
import { FollowUpService } from "../../gen/baton/customer/v1/follow_up_service_pb";
import { number } from "../../i18n/format";
import { dayIn, startOf } from "../../i18n/zone";
import { FollowUpCard, type Pick, useFollowUpColumns } from "./followUps/rows";
import "../../blocks/blocks.css";

/** Which follow-ups the page shows. */
const VIEWS = ["overdue", "today", "later", "completed", "cancelled"] as const;
type View = (typeof VIEWS)[number];

const isView = (text: string | undefined): text is View => VIEWS.some((v) => v === text);

/** What is cut into days is read in larger pages: it stands the latest first at the service, and is turned round here. */
const LARGE_PAGE = 200;

/** What is to be done with customers: what is overdue first, then today, then later. */
export function FollowUps() {
  const { t } = useTranslation(["customers", "common"]);
  const me = useMe();
  const mayWrite = me.can(Duty.CUSTOMER, Access.WRITE);
  const [filters, set] = useFilters();
  const [picked, setPicked] = useState<Pick>();
  const [open, setOpen] = useState(false);
  const { ask, dialog } = useAsk();
  const bounds = useBounds();
  const view = isView(filters.view) ? filters.view : "overdue";
  const whose = filters.whose === "all" ? filters.owner : me.id;
  const list = useView(view, whose, filters.party, bounds);
  const complete = useCall(FollowUpService.method.completeFollowUp);
  const run = (pick: Pick) => {
    setPicked(pick);
    setOpen(true);
  };
  useNew(mayWrite, () => run({ act: "add" }));
  const columns = useFollowUpColumns(mayWrite ? run : undefined, bounds);
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("followUps.title")}</h1>
        <Segmented
          aria-label={t("followUps.whose")}
          value={filters.whose ?? "mine"}
          options={[
            { value: "mine", label: t("followUps.mine") },
            { value: "all", label: t("followUps.all") },
          ]}
          onChange={(whose) => set({ whose: whose === "mine" ? undefined : whose, owner: undefined })}
        />
        <span className="grow" />
        {mayWrite && (
          <Button type="primary" onClick={() => run({ act: "add" })}>
            {t("followUp.add")}
          </Button>
        )}
      </div>
      <ViewBar view={view} whose={whose} party={filters.party} bounds={bounds} onPick={(v) => set({ view: v })} />
      <FilterBar
        page="follow-ups"
        filters={[
          { key: "party", label: t("history.customer"), kind: "party" },
          ...(filters.whose === "all"
            ? [{ key: "owner", label: t("common:list.owner"), kind: "member" } as const]
            : []),
        ]}
      />
      <DataTable<FollowUp>
        name="follow-ups"
        list={list}
        file="followUps"
        columns={columns}
        rowKey={(f) => f.id}
        rowName={(f) => f.title}
        bulk={
          mayWrite && view !== "completed" && view !== "cancelled"
            ? [
                {
                  key: "complete",
                  label: t("followUp.complete"),
                  prepare: async (rows) => {
                    const v = await ask({
                      title: t("followUps.completeMany", { count: rows.length }),
                      okText: t("followUp.complete"),
                      fields: [{ name: "result", label: t("followUp.result"), kind: "area", max: 4000 }],
                    });
                    return v && ((f) => complete({ id: f.id, etag: f.etag, result: v.result ?? "" }));
                  },
                },
              ]
            : undefined
        }
        card={(f) => <FollowUpCard followUp={f} run={mayWrite ? run : undefined} bounds={bounds} />}
        empty={{ title: t(`followUps.none.${view}`), hint: t("followUps.noneHint") }}
      />
      {dialog}
      {picked && <FollowUpDialog open={open} onClose={() => setOpen(false)} act={picked.act} id={picked.id} />}
    </div>
  );
}

/** Where overdue ends and where today ends. */
export interface Bounds {
  now: number;
  tomorrow: number;
}

/** They hold for five minutes: a question that changes with every look would never be answered from memory. */
function useBounds(): Bounds {
  const zone = useFirm()?.timeZone;
  const now = Math.floor(Date.now() / 300_000) * 300_000;
  const tomorrow = startOf(dayIn(zone, 1, now), zone);
  return { now, tomorrow: tomorrow ? timestampMs(tomorrow) : now };
}

/** What a view asks the service for. */
function asked(view: View, { now, tomorrow }: Bounds) {
  if (view === "completed") return { state: FollowUpState.COMPLETED, orderBy: "due_time desc" };
  if (view === "cancelled") return { state: FollowUpState.CANCELLED, orderBy: "due_time desc" };
  const state = FollowUpState.OPEN;
  if (view === "overdue") return { state, dueBeforeTime: timestampFromMs(now) };
  if (view === "today") return { state, dueBeforeTime: timestampFromMs(tomorrow), orderBy: "due_time desc" };
  return { state, orderBy: "due_time desc" };
}

/**
 * The follow-ups of a view. The service knows "due before" and not "due from", so a day is cut out of the list that stands the
 * latest first: the list ends where the day begins. What fits on one page is turned round, the soonest first.
 */
function useView(
  view: View,
  ownerId: string | undefined,
  partyId: string | undefined,
  bounds: Bounds,
): ListPage<FollowUp> {
  const begins = view === "today" ? bounds.now : view === "later" ? bounds.tomorrow : undefined;
  const list = useList(
    FollowUpService.method.listFollowUps,
    { ownerId, partyId, ...asked(view, bounds) },
    (a) => a.followUps,
    begins === undefined ? {} : { pageSize: LARGE_PAGE },
  );
  if (begins === undefined) return list;
  const rows = list.rows.filter((f) => f.dueTime && timestampMs(f.dueTime) >= begins);
  const ends = rows.length < list.rows.length;
  const next = ends ? undefined : list.next;
  const fits = !next && !list.previous;
  return { ...list, rows: fits ? rows.toReversed() : rows, next, total: fits ? rows.length : undefined, capped: false };
}

/** How many follow-ups there are of those that are open, by when they are due. */
function useCounts(ownerId: string | undefined, partyId: string | undefined, bounds: Bounds) {
  const count = { ownerId, partyId, state: FollowUpState.OPEN, count: true, pageSize: 1 };
  const method = FollowUpService.method.listFollowUps;
  const overdue = useRead(method, { ...count, dueBeforeTime: timestampFromMs(bounds.now) }).data;
  const byTonight = useRead(method, { ...count, dueBeforeTime: timestampFromMs(bounds.tomorrow) }).data;
  const open = useRead(method, count).data;
  const between = (all: typeof open, before: typeof open) =>
    all && before && !all.totalCapped ? all.totalSize - before.totalSize : undefined;
  return {
    overdue: overdue?.totalSize,
    today: between(byTonight, overdue),
    later: between(open, byTonight),
    completed: undefined,
    cancelled: undefined,
  };
}

function ViewBar(props: {
  view: View;
  whose: string | undefined;
  party: string | undefined;
  bounds: Bounds;
  onPick: (view: View) => void;
}) {
  const { t } = useTranslation("customers");
  const counts = useCounts(props.whose, props.party, props.bounds);
  return (
    <div className="bar" role="group" aria-label={t("followUps.views")}>
      {VIEWS.map((view) => (
        <Button
          key={view}
          type={view === props.view ? "primary" : "default"}
          aria-pressed={view === props.view}
          onClick={() => props.onPick(view)}
        >
          {t(`followUps.view.${view}`)}
          {counts[view] !== undefined && <span className="num"> {number(counts[view])}</span>}
        </Button>
      ))}
    </div>
  );
}
