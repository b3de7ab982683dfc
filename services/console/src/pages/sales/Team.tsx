import { DeleteOutlined } from "@ant-design/icons";
import { Button } from "antd";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { Ask } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import { MemberName } from "../../blocks/People";
import { Empty } from "../../blocks/states";
import type { ProjectMember } from "../../gen/baton/sales/v1/project_pb";
import type { MateInput, ProjectChange } from "./projectActs";

/** The usual roles; a firm may use others. */
const ROLES = [
  "project_manager",
  "sales",
  "presales",
  "technical",
  "marketing",
  "commerce",
  "finance",
  "legal",
  "service",
] as const;

interface Props {
  team: ProjectMember[];
  able: boolean;
  ask: Ask;
  /** Changes the project; resolves to the way back. */
  change: (to: ProjectChange) => Promise<() => Promise<unknown>>;
}

/** Who works on a project, and as what. */
export function Team({ team, able, ask, change }: Props) {
  const { t } = useTranslation("sales");
  const { done, run } = useDo();
  const roleName = (role: string) => {
    const known = ROLES.find((r) => r === role);
    return known ? t(`roles.${known}`) : role;
  };
  const others = team.map((m) => m.role).filter((role) => !i18next.exists(`sales:roles.${role}`));
  const add = () =>
    void ask({
      title: t("team.add"),
      fields: [
        { name: "memberId", label: t("team.member"), kind: "member", required: true },
        {
          name: "role",
          label: t("team.role"),
          kind: "choice",
          required: true,
          options: [...ROLES, ...new Set(others)].map((value) => ({ value, label: roleName(value) })),
        },
      ],
      submit: async (v) => {
        const mate: MateInput = { memberId: v.memberId, role: v.role };
        done(t("team.added"), await change({ team: [...team, mate] }));
      },
    });
  const remove = (mate: ProjectMember) =>
    void run(
      () => change({ team: team.filter((m) => m !== mate) }),
      t("team.removed"),
      (back) => back(),
    );
  const addButton = able && <Button onClick={add}>{t("team.add")}</Button>;
  if (team.length === 0) return <Empty title={t("team.none")} hint={t("team.noneHint")} action={addButton} />;
  return (
    <section className="stack">
      <ul className="plain">
        {team.map((mate) => (
          <li key={`${mate.memberId} ${mate.role}`} className="panel bar">
            <strong>
              <MemberName id={mate.memberId} />
            </strong>
            <span className="hint">{roleName(mate.role)}</span>
            <span className="grow" />
            {able && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("team.removeRole", { role: roleName(mate.role) })}
                onClick={() => remove(mate)}
              />
            )}
          </li>
        ))}
      </ul>
      <div className="bar">{addButton}</div>
    </section>
  );
}
