import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useDepartments, useMembers, useTerritories } from "../../api/names";
import { useAsk } from "../../blocks/ask";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, type Filters, useFilters } from "../../blocks/Filters";
import { MemberName } from "../../blocks/People";
import { VerbBar } from "../../blocks/RecordPage";
import { When } from "../../blocks/When";
import { State, useChoices, useWords } from "../../blocks/words";
import {
  type Placement,
  PlacementKind,
  PlacementKindSchema,
  PlacementState,
  PlacementStateSchema,
} from "../../gen/baton/directory/v1/placement_pb";
import { PlacementService } from "../../gen/baton/directory/v1/placement_service_pb";
import { dayAfter, startOf } from "../../i18n/zone";
import { usePlacementActs } from "./placements/acts";

/** What the address asks for: of a day, what was so when it ended. */
function useAsked(filters: Filters) {
  const zone = useFirm()?.timeZone;
  const after = filters.day ? startOf(dayAfter(filters.day), zone) : undefined;
  return {
    kind: Number(filters.kind) || PlacementKind.UNSPECIFIED,
    state: Number(filters.state) || PlacementState.UNSPECIFIED,
    memberId: filters.member,
    territoryId: filters.territory,
    departmentId: filters.department,
    time: after && timestampFromMs(timestampMs(after) - 1),
  };
}

/** What stood where in the organisation, what does, and what is planned to. */
export function Placements() {
  const { t } = useTranslation(["admin", "common"]);
  const [filters] = useFilters();
  const { members } = useMembers();
  const departments = useDepartments().all;
  const may = useMe().can(Duty.ADMINISTRATION, Access.WRITE);
  const { ask, dialog } = useAsk();
  const acts = usePlacementActs(ask);
  const names = usePlacementNames();
  const plan = () => acts.plan(filters);
  useNew(may, plan);
  const list = useList(PlacementService.method.listPlacements, useAsked(filters), (a) => a.placements);
  const verbs = (p: Placement) =>
    p.state === PlacementState.PLANNED && may ? (
      <VerbBar
        wide={false}
        verbs={[{ key: "cancel", label: t("placements.cancel.verb"), danger: true, run: () => void acts.cancel(p) }]}
      />
    ) : undefined;
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.placements")}</h1>
        <span className="grow" />
        {may && (
          <Button type="primary" onClick={() => void plan()}>
            {t("placements.plan")}
          </Button>
        )}
      </div>
      <p className="hint">{t("placements.intro")}</p>
      <FilterBar
        page="placements"
        filters={[
          { key: "kind", label: t("placements.kind"), kind: "choice", options: useChoices(PlacementKindSchema) },
          { key: "state", label: t("common:list.state"), kind: "choice", options: useChoices(PlacementStateSchema) },
          { key: "territory", label: t("placements.territory"), kind: "territory" },
          {
            key: "member",
            label: t("placements.member"),
            kind: "choice",
            // Also who has left: what he managed, he did.
            options: [...(members?.values() ?? [])].map((m) => ({ value: m.id, label: m.displayName })),
          },
          {
            key: "department",
            label: t("placements.department"),
            kind: "choice",
            options: departments.map((d) => ({ value: d.id, label: d.name })),
          },
          { key: "day", label: t("placements.day"), kind: "day" },
        ]}
      />
      <DataTable<Placement>
        name="placements"
        list={list}
        file="placements"
        columns={[...useColumns(), { key: "verbs", title: t("common:record.verbs"), width: 110, render: verbs }]}
        rowKey={(p) => p.id}
        rowName={(p) => names.subject(p)}
        card={(p) => (
          <div className="stack" style={{ gap: 4 }}>
            <PlacementCard of={p} />
            {verbs(p)}
          </div>
        )}
        empty={{ title: t("placements.none"), hint: t("placements.noneHint") }}
      />
      {dialog}
    </div>
  );
}

const OF_TERRITORY = [PlacementKind.TERRITORY_PARENT, PlacementKind.TERRITORY_MANAGER];

/** What a placement is about, by name. */
function usePlacementNames() {
  const members = useMembers();
  const territories = useTerritories();
  const departments = useDepartments();
  const place = {
    [PlacementKind.TERRITORY_PARENT]: territories,
    [PlacementKind.TERRITORY_MANAGER]: members,
    [PlacementKind.MEMBER_TERRITORY]: territories,
    [PlacementKind.MEMBER_DEPARTMENT]: departments,
    [PlacementKind.UNSPECIFIED]: territories,
  };
  return {
    subject: (p: Placement) => (OF_TERRITORY.includes(p.kind) ? territories : members).name(p.subjectId) || "…",
    place: (p: Placement) => (p.placeId ? place[p.kind].name(p.placeId) || "…" : "—"),
  };
}

function useColumns(): Column<Placement>[] {
  const { t } = useTranslation(["admin", "common"]);
  const { word } = useWords();
  const { subject, place } = usePlacementNames();
  return [
    {
      key: "kind",
      title: t("placements.kind"),
      width: 190,
      render: (p) => word(PlacementKindSchema, p.kind),
      field: "kind",
    },
    { key: "subject", title: t("placements.subject"), width: 140, render: subject, field: "subjectId" },
    { key: "place", title: t("placements.place"), width: 140, render: place, field: "placeId" },
    {
      key: "start",
      title: t("placements.start"),
      width: 150,
      render: (p) => <Start of={p} />,
      field: "startTime",
    },
    {
      key: "end",
      title: t("placements.end"),
      width: 150,
      render: (p) => <When at={p.endTime} exact />,
      field: "endTime",
    },
    {
      key: "state",
      title: t("common:list.state"),
      width: 190,
      render: (p) => <Standing of={p} />,
      field: ["state", "refusalReason"],
    },
    {
      key: "author",
      title: t("placements.author"),
      width: 120,
      render: (p) => <MemberName id={p.authorId} />,
      field: "authorId",
    },
  ];
}

/** Since when; what was there before such things were kept says so. */
function Start({ of: { startTime } }: { of: Placement }) {
  const { t } = useTranslation("admin");
  return startTime ? <When at={startTime} exact /> : <span className="hint">{t("placements.before")}</span>;
}

/** Where it stands, and what was in its way. */
function Standing({ of }: { of: Placement }) {
  return (
    <>
      <State of={PlacementStateSchema} value={of.state} />
      {of.refusal && <div className="hint">{of.refusal}</div>}
    </>
  );
}

function PlacementCard({ of }: { of: Placement }) {
  const { word } = useWords();
  const { subject, place } = usePlacementNames();
  return (
    <>
      <span className="bar">
        <strong>{subject(of)}</strong>
        <span className="hint">{word(PlacementKindSchema, of.kind)}</span>
        {place(of)}
      </span>
      <div>
        <Standing of={of} />
      </div>
      <span className="hint">
        <Start of={of} /> – {of.endTime && <When at={of.endTime} exact />}
      </span>
    </>
  );
}
