import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { useFirm } from "../../api/me";
import { useMembers } from "../../api/names";
import { ChangedBy, ChangedFields, ChangedWay } from "../../blocks/changes/parts";
import { useChangeWords } from "../../blocks/changes/useChangeWords";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, type Filters, useFilters } from "../../blocks/Filters";
import { ObjectName } from "../../blocks/Objects";
import { MemberName, TerritoryName } from "../../blocks/People";
import { When } from "../../blocks/When";
import { useWords } from "../../blocks/words";
import { AuditService } from "../../gen/baton/insight/v1/audit_service_pb";
import type { Change } from "../../gen/baton/type/v1/change_pb";
import { dayAfter, startOf } from "../../i18n/zone";
import { AUDITED, kindOf } from "./audit/kinds";

/** What the address asks for, as the service takes it: both days are within. */
function useAsked(filters: Filters) {
  const zone = useFirm()?.timeZone;
  const { verb = "", member = "", from, to } = filters;
  // A verb is that of a kind; one of another kind, left over from before, would fit nothing.
  const kind = filters.kind || kindOf(verb);
  return {
    kind,
    memberId: member,
    verb: AUDITED.get(kind)?.includes(verb) ? verb : "",
    fromTime: from ? startOf(from, zone) : undefined,
    toTime: to ? startOf(dayAfter(to), zone) : undefined,
  };
}

/** Who changed what, and who signed in: over all records, newest first. */
export function Audit() {
  const { t } = useTranslation(["changes", "common"]);
  const words = useWords();
  const { did, service } = useChangeWords();
  const [filters] = useFilters();
  const { members } = useMembers();
  const list = useList(AuditService.method.listAudit, useAsked(filters), (answer) => answer.changes, { count: false });
  const away = list.answer?.away ?? [];
  const kinds = [...AUDITED.keys()].map((kind) => ({ value: kind, label: words.kind(kind) }));
  return (
    <div className="page">
      <h1>{t("common:nav.audit")}</h1>
      <p className="hint">{t("audit.intro")}</p>
      <FilterBar
        page="audit"
        filters={[
          { key: "kind", label: t("audit.kind"), kind: "choice", options: kinds },
          {
            key: "verb",
            label: t("audit.verb"),
            kind: "choice",
            options: [...AUDITED]
              .filter(([kind]) => !filters.kind || kind === filters.kind)
              .flatMap(([kind, verbs]) =>
                verbs.map((verb) => ({
                  value: verb,
                  label: filters.kind ? did(verb) : `${words.kind(kind)} · ${did(verb)}`,
                })),
              ),
          },
          {
            key: "member",
            label: t("audit.member"),
            kind: "choice",
            // Also who has left: what he did stays.
            options: [...(members?.values() ?? [])].map((m) => ({ value: m.id, label: m.displayName })),
          },
          { key: "from", label: t("audit.from"), kind: "day" },
          { key: "to", label: t("audit.to"), kind: "day" },
        ]}
      />
      {away.length > 0 && (
        <p role="alert">{t("audit.away", { services: away.map((name) => service(name)).join(" · ") })}</p>
      )}
      <DataTable<Change>
        name="audit"
        list={list}
        file="audit"
        columns={useColumns()}
        rowKey={(c) => c.id}
        rowName={(c) => did(c.verb)}
        card={(c) => <ChangeCard change={c} />}
        empty={{ title: t("audit.none"), hint: t("audit.noneHint") }}
      />
    </div>
  );
}

function useColumns(): Column<Change>[] {
  const { t } = useTranslation("changes");
  const { did } = useChangeWords();
  return [
    {
      key: "time",
      title: t("time"),
      width: 150,
      render: (c) => <When at={c.time} exact />,
      field: "time",
    },
    {
      key: "who",
      title: t("who"),
      width: 110,
      render: (c) => <ChangedBy change={c} />,
      field: ["member", "byService"],
    },
    { key: "what", title: t("what"), width: 130, render: (c) => did(c.verb), field: "verb" },
    {
      key: "record",
      title: t("record"),
      width: 200,
      render: (c) => <Changed change={c} />,
      field: "kind",
    },
    {
      key: "fields",
      title: t("fields"),
      width: 360,
      render: (c) => <ChangedFields change={c} />,
      field: "fields",
    },
    {
      key: "way",
      title: t("way"),
      width: 160,
      render: (c) => <ChangedWay change={c} />,
      field: "wayIn",
    },
  ];
}

/** Kinds of the directory and of access: they have no place in the chain, where names are looked up. */
const UNNAMED = new Set([
  "API_KEY",
  "DEPARTMENT",
  "EXPORT",
  "GRANT",
  "PASSWORD_LINK",
  "PLACEMENT",
  "PROCESS",
  "PROJECT_TASK",
  "SAVED_VIEW",
  "SECOND_FACTOR",
  "IDENTITY",
  "SESSION",
  "SETTINGS",
]);

/** The record that was changed, by its kind and its name where it has one. */
function Changed({ change: { kind, objectId } }: { change: Change }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <span className="changes">
      <span className="hint">{words.kind(kind)}</span>{" "}
      {kind === "MEMBER" || kind === "SIGN_IN" ? (
        <MemberName id={objectId} />
      ) : kind === "TERRITORY" ? (
        <TerritoryName id={objectId} />
      ) : kind === "LEAVER_HANDOVER" ? (
        <Link to="/admin/leaver-handovers/$id" params={{ id: objectId }}>
          {t("act.open")}
        </Link>
      ) : (
        !UNNAMED.has(kind) && <ObjectName kind={kind} id={objectId} number />
      )}
    </span>
  );
}

function ChangeCard({ change }: { change: Change }) {
  const { did } = useChangeWords();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <span className="bar">
        <strong>{did(change.verb)}</strong>
        <Changed change={change} />
      </span>
      <span className="hint">
        <ChangedBy change={change} /> · <When at={change.time} exact />
      </span>
      <ChangedFields change={change} />
    </div>
  );
}
