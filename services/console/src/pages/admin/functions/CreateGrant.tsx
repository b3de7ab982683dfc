import { useTranslation } from "react-i18next";
import { type Access, type Duty, GrantScope } from "../../../api/me";
import { type Field, FormDialog, type Values } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { useChoices, useWords } from "../../../blocks/words";
import { AccessSchema, FunctionSchema, GrantScopeSchema } from "../../../gen/baton/directory/v1/grant_pb";
import { GrantService } from "../../../gen/baton/directory/v1/grant_service_pb";
import { useGrantWords } from "../GrantWords";
import { DUTIES, type Grantee, reaches, rolesOf, useGrants, WHOLE } from "../grants";
import { useAdminAct } from "../useAdminAct";

/** What a grant may begin with: a cell of the matrix. */
export interface GrantPlace {
  grantee: Grantee;
  duty: Duty;
}

interface Props {
  open: boolean;
  /** Whom and what for; asked where it is not said. */
  place?: GrantPlace;
  onClose: () => void;
}

const isWhole = (duty: unknown) => WHOLE.some((d) => d === duty);

/** Grants a function to a role or a department. */
export function CreateGrant({ open, place, onClose }: Props) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  const say = useSay();
  const create = useAdminAct(GrantService.method.createGrant);
  const revoke = useAdminAct(GrantService.method.revokeGrant);
  return (
    <FormDialog
      open={open}
      title={t("grants.create")}
      okText={t("grants.verb.create")}
      prefix="grant"
      intro={<p className="hint">{t("grants.createHint")}</p>}
      fields={useFields()}
      initial={place && startOf(place)}
      more={(filled) => <p className="hint">{said.meaning(filled.function as Duty)}</p>}
      submit={async (filled) => {
        const grantee = granteeOf(filled);
        const grant = {
          function: filled.function as Duty,
          access: filled.access as Access,
          scope: isWhole(filled.function) ? GrantScope.ALL : (filled.scope as GrantScope),
          grantee,
        };
        const answer = await create({ grant });
        const undo = () => void revoke({ id: answer.grant?.id, etag: answer.grant?.etag }).catch(say.refused);
        const what = words.word(FunctionSchema, grant.function);
        say.done(t("grants.created", { what, who: said.grantee(grantee) }), undo);
      }}
      onClose={onClose}
    />
  );
}

const startOf = ({ grantee, duty }: GrantPlace): Values => ({
  to: grantee.case,
  [grantee.case]: grantee.value,
  function: duty,
});

const granteeOf = (filled: Values): Grantee =>
  filled.to === "departmentId"
    ? { case: "departmentId", value: String(filled.departmentId) }
    : { case: "role", value: String(filled.role) };

function useFields(): Field[] {
  const { t } = useTranslation("admin");
  const words = useWords();
  const roles = rolesOf(useGrants().grants).map((role) => ({ value: role, label: words.role(role) }));
  return [
    {
      name: "to",
      label: t("grants.to"),
      kind: "choice",
      required: true,
      options: [
        { value: "role", label: t("grants.toRole") },
        { value: "newRole", label: t("grants.toNewRole") },
        { value: "departmentId", label: t("grants.toDepartment") },
      ],
    },
    {
      name: "role",
      label: t("grants.role"),
      kind: "choice",
      required: true,
      options: roles,
      when: (v) => v.to === "role",
    },
    {
      name: "role",
      label: t("grants.newRole"),
      required: true,
      max: 40,
      hint: t("grants.newRoleHint"),
      when: (v) => v.to === "newRole",
    },
    {
      name: "departmentId",
      label: t("grants.department"),
      kind: "department",
      required: true,
      when: (v) => v.to === "departmentId",
    },
    {
      name: "function",
      label: t("grants.function"),
      kind: "choice",
      required: true,
      options: useChoices(FunctionSchema, DUTIES),
    },
    { name: "access", label: t("grants.access"), kind: "choice", required: true, options: useChoices(AccessSchema) },
    {
      name: "scope",
      label: t("grants.scope"),
      kind: "choice",
      required: true,
      options: useChoices(GrantScopeSchema).toSorted((a, b) => (reaches(a.value, b.value) ? 1 : -1)),
      hint: t("grants.scopeHint"),
      when: (v) => !isWhole(v.function),
    },
  ];
}
