import { useTranslation } from "react-i18next";
import { isMasked } from "../../api/mask";
import { Budget } from "../../blocks/Budget";
import { InlineEdit } from "../../blocks/InlineEdit";
import { Money } from "../../blocks/Money";
import { ObjectName } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { State } from "../../blocks/words";
import { type Project, ProjectType, RiskLevelSchema } from "../../gen/baton/sales/v1/project_pb";
import { day, percent } from "../../i18n/format";
import type { ProjectChange } from "./projectActs";
import { Due } from "./TaskTable";

/** What one wants to know of a project first: its next milestone, its risk, its money; amounts and days change where they stand. */
export function useProjectHighlights(
  project: Project,
  able: boolean,
  dealAble: boolean,
  change: (to: ProjectChange) => Promise<() => Promise<unknown>>,
) {
  const { t } = useTranslation("sales");
  const { milestones, lines, amount, budget, probabilityPercent: chance, expectedCloseDate } = project;
  const open = milestones.filter((m) => !m.actualDate).toSorted((a, b) => a.plannedDate.localeCompare(b.plannedDate));
  const next = open[0];
  const deal = [
    {
      label: t("deal.amount"),
      value: (
        <InlineEdit
          kind="money"
          label={t("deal.amount")}
          value={amount}
          able={dealAble && lines.length === 0}
          save={(value) => change({ amount: value })}
        >
          <Money of={amount} />
        </InlineEdit>
      ),
    },
    {
      label: t("deal.probability"),
      value: (
        <InlineEdit
          kind="percent"
          label={t("deal.probability")}
          value={chance}
          able={dealAble}
          save={(value) => change({ probabilityPercent: value })}
        >
          <span className="num">{chance === undefined ? "—" : percent(chance / 100)}</span>
        </InlineEdit>
      ),
    },
    {
      label: t("deal.closing"),
      value: (
        <InlineEdit
          kind="day"
          label={t("deal.closing")}
          value={expectedCloseDate}
          able={dealAble}
          save={(value) => change({ expectedCloseDate: value })}
        >
          <span className="num">{day(expectedCloseDate) || "—"}</span>
        </InlineEdit>
      ),
    },
  ];
  return [
    { label: t("deal.customer"), value: <ObjectName kind="ACCOUNT" id={project.partyId} /> },
    ...(project.type === ProjectType.SALES ? deal : []),
    {
      label: t("project.milestones", { done: milestones.length - open.length, all: milestones.length }),
      value: next ? (
        <>
          {next.name} <Due date={next.plannedDate} isOpen />
        </>
      ) : (
        "—"
      ),
    },
    {
      label: t("project.risk"),
      value: project.riskLevel ? <State of={RiskLevelSchema} value={project.riskLevel} /> : "—",
    },
    {
      label: t("project.budget"),
      value: (
        <InlineEdit
          kind="money"
          label={t("project.budget")}
          value={budget}
          able={able && !isMasked(project, "budget")}
          save={(value) => change({ budget: value })}
        >
          <Budget of={project} />
        </InlineEdit>
      ),
    },
    { label: t("deal.owner"), value: <MemberName id={project.ownerId} /> },
  ];
}
