import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../api/calls";
import { useFilters } from "../../blocks/Filters";
import { FormDialog } from "../../blocks/Form";
import { useSay } from "../../blocks/say";
import { useWords } from "../../blocks/words";
import { ProjectTypeSchema } from "../../gen/baton/sales/v1/project_pb";
import { ProjectService } from "../../gen/baton/sales/v1/project_service_pb";
import { typeOf, useProjectFields } from "./projectForm";
import { CameFrom, useSource } from "./source";

/** Asks for a new project while the address says so. What it comes from fixes its type; only a direct one chooses. */
export function CreateProject() {
  const { t } = useTranslation("sales");
  const { word } = useWords();
  const [filters, set] = useFilters();
  const source = useSource();
  const fixed = typeOf(source.kind);
  const fields = useProjectFields();
  const create = useAct(ProjectService.method.createProject);
  const say = useSay();
  const go = useNavigate();
  const made = useRef("");
  return (
    <FormDialog
      open
      pairs
      width={600}
      title={t("projects.createTitle")}
      intro={
        <>
          <CameFrom source={source} />
          {source.kind === "OPPORTUNITY" && <p className="intro">{t("projects.fromDeal")}</p>}
          {fixed && <p className="intro">{t("projects.fixedType", { type: word(ProjectTypeSchema, fixed) })}</p>}
        </>
      }
      fields={fields.create(fixed, source.kind === "OPPORTUNITY")}
      initial={{ name: filters.name, partyId: filters.partyId }}
      okText={t("list.create")}
      prefix="project"
      submit={async (values) => {
        const { project } = await create.mutateAsync({ project: { ...values, source } });
        made.current = project?.id ?? "";
        say.done(t("list.created", { number: project?.number }));
      }}
      onClose={() => {
        if (made.current) void go({ to: "/projects/$id", params: { id: made.current } });
        else set({ new: undefined, sourceKind: undefined, sourceId: undefined, name: undefined });
      }}
    />
  );
}
