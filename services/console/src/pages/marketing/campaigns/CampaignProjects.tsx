import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { Pages } from "../../../blocks/DataTable";
import { RecordLink } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { Empty, Failure, Waiting } from "../../../blocks/states";
import { State } from "../../../blocks/words";
import { ProjectStateSchema } from "../../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../../gen/baton/sales/v1/project_service_pb";

/** The projects that carry a campaign out. */
export function CampaignProjects({ id }: { id: string }) {
  const { t } = useTranslation("marketing");
  const list = useList(ProjectService.method.listProjects, { sourceKind: "CAMPAIGN", sourceId: id }, (a) => a.projects);
  if (list.error) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting />;
  if (list.rows.length === 0) return <Empty title={t("campaign.noProjects")} hint={t("campaign.noProjectsHint")} />;
  return (
    <>
      <ul className="plain">
        {list.rows.map((p) => (
          <li key={p.id} className="panel bar">
            <RecordLink kind="PROJECT" id={p.id}>
              {p.number} {p.name}
            </RecordLink>
            <State of={ProjectStateSchema} value={p.state} />
            <span className="grow" />
            <span className="hint">
              <MemberName id={p.ownerId} />
            </span>
          </li>
        ))}
      </ul>
      <Pages list={list} />
    </>
  );
}
