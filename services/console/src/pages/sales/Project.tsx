import { useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList, useRead } from "../../api/calls";
import { type Ask, useAsk } from "../../blocks/ask";
import { ObjectName } from "../../blocks/Objects";
import { MemberName, TerritoryName } from "../../blocks/People";
import { Details, RecordPage } from "../../blocks/RecordPage";
import { Failure, Waiting } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State, useWords } from "../../blocks/words";
import {
  CommerceStateSchema,
  LossReasonSchema,
  OpportunityState,
  OpportunityStateSchema,
} from "../../gen/baton/sales/v1/opportunity_pb";
import {
  ProjectStateSchema,
  ProjectTypeSchema,
  RiskLevelSchema,
  type Project as Work,
} from "../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../gen/baton/sales/v1/project_service_pb";
import { DealLines } from "./DealLines";
import { HandOverNotice, lookAgain, ReturnNotice } from "./HandOverNotice";
import { Milestones } from "./Milestones";
import { useProjectHighlights } from "./projectHighlights";
import { useProjectVerbs } from "./projectVerbs";
import "./sales.css";
import { TaskTable } from "./TaskTable";
import { Team } from "./Team";
import { useTaskActs } from "./tasks";

const { method } = ProjectService;

/** A project: what is to be reached, who works on it, what is to be done; and the deal where it is one. */
export function Project() {
  const { id = "" } = useParams({ strict: false });
  const found = useRead(method.getProject, { id });
  const project = found.data?.project;
  if (project) return <ProjectRecord project={project} />;
  return (
    <div className="page">
      {found.error ? <Failure error={found.error} retry={() => void found.refetch()} /> : <Waiting rows={10} />}
    </div>
  );
}

function ProjectRecord({ project }: { project: Work }) {
  const { t } = useTranslation("sales");
  const { ask, dialog } = useAsk();
  const { verbs, writes, why, isSales, change, setLines } = useProjectVerbs(project, ask);
  const handoffs =
    useRead(method.listProjectHandoffs, { projectId: project.id }, { enabled: isSales }).data?.handoffs ?? [];
  const handOver = useHandOver(project);
  const able = writes && why.ended === undefined;
  const highlights = useProjectHighlights(project, able, able && why.deal === undefined, change);
  return (
    <>
      <RecordPage
        kind="PROJECT"
        id={project.id}
        title={project.name}
        number={project.number}
        list={{ label: t("projects.title"), to: "/projects" }}
        partyId={project.partyId}
        handoffs={isSales ? handoffs : undefined}
        verbs={verbs}
        state={
          <>
            <State of={ProjectStateSchema} value={project.state} />
            {project.dealState !== OpportunityState.OPEN && (
              <State of={OpportunityStateSchema} value={project.dealState} />
            )}
            {project.dealState === OpportunityState.WON && (
              <State of={CommerceStateSchema} value={project.commerceState} />
            )}
          </>
        }
        notice={
          <>
            {project.reason && <p className="hint">{t("project.because", { reason: project.reason })}</p>}
            <ReturnNotice handoffs={handoffs} />
            <HandOverNotice handOver={handOver} />
          </>
        }
        highlights={highlights}
        tabs={[
          {
            key: "plan",
            label: t("project.plan"),
            children: (
              <div className="stack">
                <Milestones milestones={project.milestones} able={able} ask={ask} change={change} />
                <Tasks project={project} able={able} ask={ask} />
              </div>
            ),
          },
          {
            key: "team",
            label: t("team.title", { count: project.team.length }),
            children: <Team team={project.team} able={able} ask={ask} change={change} />,
          },
          ...(isSales
            ? [
                {
                  key: "lines",
                  label: t("deal.lines", { count: project.lines.length }),
                  children: (
                    <DealLines
                      lines={project.lines}
                      total={project.amount}
                      able={writes}
                      why={why.deal}
                      save={setLines}
                    />
                  ),
                },
              ]
            : []),
          { key: "details", label: t("deal.details"), children: <ProjectDetails project={project} /> },
        ]}
      />
      {dialog}
    </>
  );
}

/** The last hand-over of a project, looked at for as long as it goes on. */
function useHandOver(project: Work) {
  const asked = useRead(
    method.getProjectHandOver,
    { projectId: project.id },
    {
      enabled: project.dealState === OpportunityState.WON,
      refetchInterval: (query) => lookAgain(query.state.data?.handOver),
    },
  );
  return asked.data?.handOver;
}

function Tasks({ project, able, ask }: { project: Work; able: boolean; ask: Ask }) {
  const { t } = useTranslation("sales");
  const list = useList(method.listProjectTasks, { projectId: project.id }, (answer) => answer.tasks);
  const { add } = useTaskActs(ask);
  return (
    <section className="stack">
      <div className="bar">
        <h2>{t("tasks.heading")}</h2>
        <span className="grow" />
        {able && <Button onClick={() => add(project.id, project.milestones)}>{t("tasks.add")}</Button>}
      </div>
      <TaskTable
        list={list}
        ask={ask}
        milestones={project.milestones}
        writes={able}
        empty={{ title: t("tasks.none"), hint: t("tasks.noneHint") }}
      />
    </section>
  );
}

function ProjectDetails({ project }: { project: Work }) {
  const { t } = useTranslation("sales");
  const words = useWords();
  return (
    <div className="panel">
      <Details
        rows={[
          { label: t("project.type"), value: words.word(ProjectTypeSchema, project.type) },
          { label: t("deal.source"), value: words.kind(project.source?.kind ?? "") },
          {
            label: t("deal.contact"),
            value: project.contactId && <ObjectName kind="CONTACT" id={project.contactId} />,
          },
          { label: t("deal.owner"), value: <MemberName id={project.ownerId} /> },
          { label: t("deal.territory"), value: <TerritoryName id={project.territoryId} /> },
          { label: t("project.risk"), value: words.word(RiskLevelSchema, project.riskLevel) },
          { label: t("project.riskNote"), value: <span className="pre">{project.riskNote}</span> },
          ...(project.dealState === OpportunityState.LOST
            ? [
                { label: t("deal.lossReason"), value: words.word(LossReasonSchema, project.lossReason) },
                { label: t("deal.competitor"), value: project.competitor },
              ]
            : []),
          { label: t("deal.created"), value: <When at={project.createTime} exact /> },
          { label: t("deal.updated"), value: <When at={project.updateTime} exact /> },
          ...(project.endTime ? [{ label: t("project.ended"), value: <When at={project.endTime} exact /> }] : []),
          { label: t("deal.description"), value: <span className="pre">{project.description}</span> },
        ]}
      />
    </div>
  );
}
