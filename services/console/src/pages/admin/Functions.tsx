import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListPage } from "../../api/calls";
import type { Duty } from "../../api/me";
import { useDepartments, useMembers } from "../../api/names";
import { type Column, DataTable } from "../../blocks/DataTable";
import { useFilters } from "../../blocks/Filters";
import { MemberPick } from "../../blocks/pick";
import { useWords } from "../../blocks/words";
import { DepartmentState } from "../../gen/baton/directory/v1/department_pb";
import { FunctionSchema, type Grant } from "../../gen/baton/directory/v1/grant_pb";
import { lazyDialog } from "../../shell/lazyPart";
import { CellDrawer } from "./functions/CellDrawer";
import { CreateGrant, type GrantPlace } from "./functions/CreateGrant";
import { useGrantWords } from "./GrantWords";
import { DUTIES, type Grantee, grantsOf, rolesOf, useGrants } from "./grants";
import { MemberFunctions } from "./MemberFunctions";
import "./admin.css";

const DepartmentPreset = lazyDialog(() => import("./functions/DepartmentPreset").then((m) => m.DepartmentPreset));

/** A role or department with what it is granted. */
interface Row {
  grantee: Grantee;
  grants: Grant[];
}

/** Which functions roles and departments carry out; functions are not departments. */
export function Functions() {
  const { t } = useTranslation(["admin", "common"]);
  const said = useGrantWords();
  const [filters, set] = useFilters();
  const [place, setPlace] = useState<GrantPlace>();
  const list = useMatrix();
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.functions")}</h1>
        <span className="grow" />
        <Button onClick={() => set({ preset: "1" })}>{t("preset.open")}</Button>
        <Button type="primary" onClick={() => set({ new: "1" })}>
          {t("grants.create")}
        </Button>
      </div>
      <p className="hint">{t("grants.intro")}</p>
      <DataTable<Row>
        name="grants"
        list={list}
        rowKey={(r) => `${r.grantee.case} ${r.grantee.value}`}
        rowName={(r) => said.grantee(r.grantee)}
        columns={useColumns(setPlace)}
        card={(r) => <GranteeCard row={r} onOpen={setPlace} />}
        empty={{ title: t("grants.none"), hint: t("grants.intro") }}
      />
      <section className="panel stack" aria-label={t("powers.question")}>
        <div className="bar">
          <h2>{t("powers.question")}</h2>
          <MemberPick
            value={filters.member}
            onChange={(member) => set({ member })}
            placeholder={t("powers.pick")}
            aria-label={t("powers.pick")}
          />
        </div>
        <PowersOf id={filters.member} />
      </section>
      <Meanings />
      <DepartmentPreset open={filters.preset === "1"} onClose={() => set({ preset: undefined })} />
      <CreateGrant open={filters.new === "1"} onClose={() => set({ new: undefined })} />
      <CellDrawer place={place} onClose={() => setPlace(undefined)} />
    </div>
  );
}

/** What each function is for. */
function Meanings() {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  return (
    <section className="panel" aria-label={t("grants.meanings")}>
      <h2>{t("grants.meanings")}</h2>
      <dl className="details">
        {DUTIES.map((duty) => (
          <div key={duty}>
            <dt>{words.word(FunctionSchema, duty)}</dt>
            <dd>{said.meaning(duty)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function useMatrix(): ListPage<Row> {
  const { grants, error, isPending, refetch } = useGrants();
  const departments = useDepartments().all.filter((d) => d.state === DepartmentState.ACTIVE);
  const grantees: Grantee[] = [
    ...rolesOf(grants).map((value) => ({ case: "role" as const, value })),
    ...departments.map(({ id }) => ({ case: "departmentId" as const, value: id })),
  ];
  const rows = grantees.map((grantee) => ({ grantee, grants: grantsOf(grants, grantee) }));
  const retry = () => void refetch();
  return { rows, isLoading: isPending, isFetching: false, error, retry, from: 0, total: rows.length };
}

function useColumns(onOpen: (place: GrantPlace) => void): Column<Row>[] {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  return [
    {
      key: "grantee",
      title: t("grants.grantee"),
      width: 150,
      render: (r) => <strong>{said.grantee(r.grantee)}</strong>,
    },
    ...DUTIES.map((duty) => ({
      key: String(duty),
      title: words.word(FunctionSchema, duty),
      width: 120,
      render: (r: Row) => <Cell row={r} duty={duty} onOpen={onOpen} />,
    })),
  ];
}

const at = (row: Row, duty: Duty) => row.grants.filter((g) => g.function === duty);

interface CellProps {
  row: Row;
  duty: Duty;
  onOpen: (place: GrantPlace) => void;
}

/** What a grantee is granted of a function, as a button that opens it. */
function Cell({ row, duty, onOpen }: CellProps) {
  const words = useWords();
  const said = useGrantWords();
  const grants = at(row, duty);
  const name = [said.grantee(row.grantee), words.word(FunctionSchema, duty), ...grants.map(said.power)].join(" ");
  return (
    <button
      type="button"
      className="link"
      style={{ whiteSpace: "normal", textAlign: "start" }}
      title={name}
      aria-label={name}
      onClick={() => onOpen({ grantee: row.grantee, duty })}
    >
      {grants.length > 0 ? grants.map(said.power).join("; ") : "＋"}
    </button>
  );
}

function GranteeCard({ row, onOpen }: Omit<CellProps, "duty">) {
  const words = useWords();
  const said = useGrantWords();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <strong>{said.grantee(row.grantee)}</strong>
      <dl className="details cells">
        {DUTIES.map((duty) => (
          <div key={duty}>
            <dt>{words.word(FunctionSchema, duty)}</dt>
            <dd>
              <Cell row={row} duty={duty} onOpen={onOpen} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function PowersOf({ id }: { id: string | undefined }) {
  const { t } = useTranslation("admin");
  const { members } = useMembers();
  const member = id ? members?.get(id) : undefined;
  if (!member) return <p className="hint">{t("powers.hint")}</p>;
  return <MemberFunctions member={member} />;
}
