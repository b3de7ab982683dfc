import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { maskOf } from "../../api/mask";
import { useMembers } from "../../api/names";
import { DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { FormDialog } from "../../blocks/Form";
import { VerbBar } from "../../blocks/RecordPage";
import { useSay } from "../../blocks/say";
import { When } from "../../blocks/When";
import { State, useChoices } from "../../blocks/words";
import { type Department, DepartmentState, DepartmentStateSchema } from "../../gen/baton/directory/v1/department_pb";
import { DepartmentService } from "../../gen/baton/directory/v1/department_service_pb";
import { grantsOf, useGrants } from "./grants";
import { useAdminAct } from "./useAdminAct";

/** The departments of the firm. What each does is said by grants, never by its name. */
export function Departments() {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const [filters, set] = useFilters();
  const states = useChoices(DepartmentStateSchema);
  const create = useAdminAct(DepartmentService.method.createDepartment);
  const update = useAdminAct(DepartmentService.method.updateDepartment);
  const [renamed, setRenamed] = useState<Department>();
  const [archived, setArchived] = useState<Department>();
  const counts = useCounts();
  const list = useList(
    DepartmentService.method.listDepartments,
    { state: Number(filters.state) || DepartmentState.UNSPECIFIED },
    (a) => a.departments,
  );
  const nameField = [{ name: "name", label: t("departments.name"), required: true, max: 120 }];
  const verbs = (d: Department) => (
    <DepartmentVerbs department={d} onRename={() => setRenamed(d)} onArchive={() => setArchived(d)} />
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.departments")}</h1>
        <span className="grow" />
        <Button type="primary" onClick={() => set({ new: "1" })}>
          {t("departments.create")}
        </Button>
      </div>
      <p className="hint">{t("departments.intro")}</p>
      <FilterBar
        page="departments"
        filters={[{ key: "state", label: t("common:list.state"), kind: "choice", options: states }]}
      />
      <DataTable<Department>
        name="departments"
        list={list}
        file="departments"
        rowKey={(d) => d.id}
        rowName={(d) => d.name}
        columns={[
          { key: "name", title: t("departments.name"), width: 200, render: (d) => d.name, field: "name" },
          {
            key: "state",
            title: t("common:list.state"),
            width: 90,
            render: (d) => <State of={DepartmentStateSchema} value={d.state} />,
            field: "state",
          },
          {
            key: "members",
            title: t("departments.members"),
            width: 110,
            align: "right",
            render: (d) => <MembersLink department={d} count={counts(d).members} />,
          },
          {
            key: "grants",
            title: t("departments.grants"),
            width: 110,
            align: "right",
            render: (d) => <Link to="/admin/functions">{counts(d).grants}</Link>,
          },
          {
            key: "updated",
            title: t("common:list.updated"),
            width: 120,
            render: (d) => <When at={d.updateTime} />,
          },
          { key: "verbs", title: t("common:record.verbs"), width: 150, render: verbs },
        ]}
        card={(d) => (
          <div className="stack" style={{ gap: 4 }}>
            <span className="bar">
              <strong>{d.name}</strong>
              <State of={DepartmentStateSchema} value={d.state} />
            </span>
            <MembersLink department={d} count={`${t("departments.members")} ${counts(d).members}`} />
            {verbs(d)}
          </div>
        )}
        empty={{
          title: t("departments.none"),
          hint: t("departments.intro"),
          action: <Button onClick={() => set({ new: "1" })}>{t("departments.create")}</Button>,
        }}
      />
      <FormDialog
        open={filters.new === "1"}
        title={t("departments.create")}
        okText={t("common:act.create")}
        prefix="department"
        fields={nameField}
        submit={async ({ name }) => {
          await create({ department: { name } });
          say.done(t("departments.created", { name }));
        }}
        onClose={() => set({ new: undefined })}
      />
      <FormDialog
        open={renamed !== undefined}
        title={t("departments.rename", { name: renamed?.name ?? "" })}
        prefix="department"
        fields={nameField}
        initial={{ name: renamed?.name }}
        submit={async ({ name }) => {
          if (!renamed) return;
          const answer = await update({
            department: { id: renamed.id, name },
            updateMask: maskOf({ name }),
            etag: renamed.etag,
          });
          const undo = () =>
            void update({
              department: { id: renamed.id, name: renamed.name },
              updateMask: maskOf({ name }),
              etag: answer.department?.etag,
            }).catch(say.refused);
          say.done(t("common:act.saved"), undo);
        }}
        onClose={() => setRenamed(undefined)}
      />
      <ArchiveDepartment department={archived} onClose={() => setArchived(undefined)} />
    </div>
  );
}

/** How many work in a department, and how much is granted to it. */
function useCounts() {
  const { active } = useMembers();
  const { grants } = useGrants();
  return (d: Department) => ({
    members: active.filter((m) => m.departmentId === d.id).length,
    grants: grantsOf(grants, { case: "departmentId", value: d.id }).length,
  });
}

function MembersLink({ department, count }: { department: Department; count: number | string }) {
  return (
    <Link to="/admin/members" search={{ department: department.id } as never}>
      {count}
    </Link>
  );
}

function DepartmentVerbs(props: { department: Department; onRename: () => void; onArchive: () => void }) {
  const { t } = useTranslation("admin");
  const { members, grants } = useCounts()(props.department);
  const archived = props.department.state === DepartmentState.ARCHIVED ? t("departments.why.archived") : undefined;
  const inUse = members
    ? t("departments.why.members", { count: members })
    : grants
      ? t("departments.why.grants", { count: grants })
      : undefined;
  return (
    <VerbBar
      wide={false}
      verbs={[
        { key: "rename", label: t("departments.verb.rename"), why: archived, run: props.onRename },
        {
          key: "archive",
          label: t("departments.verb.archive"),
          danger: true,
          why: archived ?? inUse,
          run: props.onArchive,
        },
      ]}
    />
  );
}

function ArchiveDepartment({ department, onClose }: { department: Department | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const archive = useAdminAct(DepartmentService.method.archiveDepartment);
  const said = { name: department?.name ?? "" };
  return (
    <FormDialog
      open={department !== undefined}
      title={t("departments.archive.title", said)}
      okText={t("departments.verb.archive")}
      danger
      intro={<p>{t("departments.archive.means")}</p>}
      fields={[]}
      submit={async () => {
        await archive({ id: department?.id, etag: department?.etag });
        say.done(t("departments.archive.done", said));
      }}
      onClose={onClose}
    />
  );
}
