import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useSharedColumns } from "../../blocks/columns";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { Money } from "../../blocks/Money";
import { MemberName } from "../../blocks/People";
import { State, useChoices, useWords } from "../../blocks/words";
import { CommerceStateSchema, OpportunityStateSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import {
  type Project,
  ProjectStateSchema,
  ProjectTaskState,
  ProjectType,
  ProjectTypeSchema,
  RiskLevelSchema,
} from "../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../gen/baton/sales/v1/project_service_pb";
import { day } from "../../i18n/format";
import { CreateProject } from "./CreateProject";
import "./sales.css";
import { TaskTable } from "./TaskTable";

/** All projects that the reader may see, and the tasks that are given to him across all of them. */
export function Projects() {
  const { t } = useTranslation("sales");
  const [filters, set] = useFilters();
  const me = useMe();
  const writes = me.can(Duty.SALES, Access.WRITE) || me.can(Duty.MARKETING, Access.WRITE);
  const create = writes && (
    <Button type="primary" onClick={() => set({ new: "1" })}>
      {t("projects.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("projects.title")}</h1>
        <Segmented
          aria-label={t("projects.title")}
          value={filters.view ?? "projects"}
          onChange={(view) => set({ view: view === "projects" ? undefined : view })}
          options={[
            { value: "projects", label: t("projects.all") },
            { value: "tasks", label: t("projects.myTasks") },
          ]}
        />
        <span className="grow" />
        {create}
      </div>
      {filters.view === "tasks" ? <MyTasks /> : <ProjectTable create={create} />}
      {filters.new === "1" && <CreateProject />}
    </div>
  );
}

function MyTasks() {
  const { t } = useTranslation("sales");
  const { ask, dialog } = useAsk();
  const list = useList(
    ProjectService.method.listProjectTasks,
    { state: ProjectTaskState.OPEN },
    (answer) => answer.tasks,
  );
  return (
    <>
      <TaskTable
        list={list}
        ask={ask}
        writes={false}
        empty={{ title: t("tasks.noneMine"), hint: t("tasks.noneMineHint") }}
      />
      {dialog}
    </>
  );
}

function ProjectTable({ create }: { create: ReactNode }) {
  const { t } = useTranslation("sales");
  const [filters, set] = useFilters();
  const types = useChoices(ProjectTypeSchema);
  const states = useChoices(ProjectStateSchema);
  const deals = useChoices(OpportunityStateSchema);
  const ways = useChoices(CommerceStateSchema);
  const columns = useColumns();
  const list = useList(
    ProjectService.method.listProjects,
    {
      type: Number(filters.type ?? 0),
      state: Number(filters.state ?? 0),
      dealState: Number(filters.deal ?? 0),
      ownerId: filters.owner ?? "",
      partyId: filters.customer ?? "",
      commerceState: Number(filters.commerce ?? 0),
      query: filters.q ?? "",
      orderBy: filters.order ?? "",
    },
    (answer) => answer.projects,
  );
  return (
    <>
      <FilterBar
        searched
        page="projects"
        filters={[
          { key: "type", label: t("project.type"), kind: "choice", options: types },
          { key: "state", label: t("deal.state"), kind: "choice", options: states },
          { key: "deal", label: t("project.deal"), kind: "choice", options: deals },
          { key: "owner", label: t("deal.owner"), kind: "member" },
          { key: "customer", label: t("deal.customer"), kind: "party" },
          { key: "commerce", label: t("deal.commerce"), kind: "choice", options: ways },
        ]}
      />
      <DataTable
        name="projects"
        list={list}
        file="projects"
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) => p.name}
        href={(p) => `/projects/${p.id}`}
        orderBy={filters.order || "create_time desc"}
        onOrder={(order) => set({ order })}
        card={(p) => <ProjectRow project={p} />}
        empty={{ title: t("projects.empty"), hint: t("projects.emptyHint"), action: create }}
      />
    </>
  );
}

function useColumns(): Column<Project>[] {
  const { t } = useTranslation("sales");
  const { word } = useWords();
  const shared = useSharedColumns();
  return [
    {
      key: "name",
      title: t("deal.name"),
      width: 240,
      field: "name",
      render: (p) => (
        <Link to="/projects/$id" params={{ id: p.id }}>
          {p.name}
        </Link>
      ),
    },
    shared.number(undefined, { hidden: true }),
    {
      key: "type",
      title: t("project.type"),
      width: 100,
      field: "type",
      render: (p) => word(ProjectTypeSchema, p.type),
    },
    {
      key: "state",
      title: t("deal.state"),
      width: 100,
      field: "state",
      render: (p) => <State of={ProjectStateSchema} value={p.state} />,
    },
    {
      key: "deal",
      title: t("project.deal"),
      width: 100,
      field: "dealState",
      render: (p) => <State of={OpportunityStateSchema} value={p.dealState} />,
    },
    shared.party(t("deal.customer")),
    {
      key: "amount",
      title: t("deal.amount"),
      width: 140,
      align: "right",
      sort: { down: "amount desc" },
      field: ["amount", "amount.currencyCode"],
      render: (p) => p.type === ProjectType.SALES && <Money of={p.amount} />,
    },
    {
      key: "closing",
      title: t("deal.closing"),
      width: 120,
      sort: { up: "expected_close_date" },
      field: "expectedCloseDate",
      render: (p) => <span className="num">{day(p.expectedCloseDate)}</span>,
    },
    {
      key: "risk",
      title: t("project.risk"),
      width: 80,
      field: "riskLevel",
      render: (p) => <State of={RiskLevelSchema} value={p.riskLevel} />,
    },
    shared.owner(),
    shared.territory({ hidden: true }),
    shared.created(),
  ];
}

/** A project on a narrow screen. */
function ProjectRow({ project }: { project: Project }) {
  const { word } = useWords();
  return (
    <>
      <div className="deal-line">
        <Link to="/projects/$id" params={{ id: project.id }}>
          <strong>{project.name}</strong>
        </Link>
        <State of={ProjectStateSchema} value={project.state} />
      </div>
      <div className="deal-line">
        <span className="hint">{word(ProjectTypeSchema, project.type)}</span>
        {project.amount && <Money of={project.amount} />}
      </div>
      <div className="deal-line hint">
        <MemberName id={project.ownerId} />
        <span className="num">{day(project.expectedCloseDate)}</span>
      </div>
    </>
  );
}
