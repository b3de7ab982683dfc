import { useQueryClient } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCall } from "../../../api/calls";
import { useDepartments } from "../../../api/names";
import { refusal } from "../../../api/refusal";
import { Pill, type Tone } from "../../../blocks/Pill";
import { Failure, Waiting } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { useWords } from "../../../blocks/words";
import { DepartmentService } from "../../../gen/baton/directory/v1/department_service_pb";
import { FunctionSchema } from "../../../gen/baton/directory/v1/grant_pb";
import { GrantService } from "../../../gen/baton/directory/v1/grant_service_pb";
import { useGrantWords } from "../GrantWords";
import { useGrants } from "../grants";
import {
  DEPARTMENTS,
  type DepartmentKey,
  type DepartmentStep,
  granteeOf,
  planOf,
  stepKey,
  type Wanted,
} from "./preset";

interface Props {
  open: boolean;
  onClose: () => void;
}

/** What came of a step: it was done, or why not. */
type Outcome = { is: "working" | "made" } | { is: "refused"; why: string };

/** Departments with the functions that they usually carry out: shown first, then what is missing is created. Nothing is revoked. */
export function DepartmentPreset({ open, onClose }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const { outcomes, busy, plan, error, retry, work, forget } = usePreset();
  const close = () => {
    onClose();
    forget();
  };
  const missing = plan ? [...plan.departments.filter((d) => !d.id), ...plan.grants.filter((g) => !g.isThere)] : [];
  const asked = Object.values(outcomes);
  const refused = asked.filter((o) => o.is === "refused").length;
  return (
    <Modal
      open={open}
      onCancel={close}
      width={760}
      title={t("preset.title")}
      destroyOnHidden
      footer={[
        <Button key="close" onClick={close}>
          {t("common:act.close")}
        </Button>,
        <Button key="do" type="primary" disabled={missing.length === 0} loading={busy} onClick={() => void work()}>
          {t("preset.do")}
        </Button>,
      ]}
    >
      <div className="stack">
        <p className="hint">{t("preset.intro")}</p>
        {error ? <Failure error={error} retry={retry} /> : !plan && <Waiting rows={6} />}
        {plan && (
          <>
            <div role="status" aria-live="polite">
              {busy
                ? t("preset.at", { step: asked.filter((o) => o.is !== "working").length, of: asked.length })
                : refused > 0
                  ? t("preset.refusedCount", { count: refused })
                  : missing.length === 0
                    ? t("preset.nothing")
                    : t("preset.left", { count: missing.length })}
            </div>
            <h2>{t("preset.departments")}</h2>
            <ul className="plain">
              {plan.departments.map((step) => (
                <li key={step.department} className="bar">
                  <strong>{step.name}</strong>
                  <Standing isThere={step.id !== undefined} outcome={outcomes[stepKey(step)]} />
                </li>
              ))}
            </ul>
            <h2>{t("preset.grants")}</h2>
            <Grants grants={plan.grants} outcomes={outcomes} />
          </>
        )}
      </div>
    </Modal>
  );
}

function Grants(props: { grants: (Wanted & { isThere: boolean })[]; outcomes: Record<string, Outcome> }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  return (
    <Table
      rowKey={stepKey}
      rows={props.grants}
      columns={[
        {
          key: "for",
          title: t("preset.for"),
          render: ({ to }) =>
            "role" in to
              ? t("grants.ofRole", { name: words.role(to.role) })
              : t("grants.ofDepartment", { name: t(`preset.name.${to.department}`) }),
        },
        { key: "what", title: t("preset.what"), render: (g) => words.word(FunctionSchema, g.duty) },
        { key: "power", title: t("preset.power"), render: said.power },
        {
          key: "state",
          title: t("preset.state"),
          render: (g) => <Standing isThere={g.isThere} outcome={props.outcomes[stepKey(g)]} />,
        },
      ]}
    />
  );
}

const TONES: Record<Outcome["is"], Tone> = { working: "warning", made: "success", refused: "danger" };

function Standing({ isThere, outcome }: { isThere: boolean; outcome: Outcome | undefined }) {
  const { t } = useTranslation("admin");
  if (!outcome) return isThere ? <Pill>{t("preset.there")}</Pill> : <Pill tone="info">{t("preset.new")}</Pill>;
  return (
    <span>
      <Pill tone={TONES[outcome.is]}>{t(`preset.${outcome.is}`)}</Pill>
      {outcome.is === "refused" && <span className="why">{outcome.why}</span>}
    </span>
  );
}

/** What there is of the preset, and a way to create the rest: each step by itself, so that a refusal stops only what builds on it. */
function usePreset() {
  const { t } = useTranslation("admin");
  const cache = useQueryClient();
  const { departments, all } = useDepartments();
  const granted = useGrants();
  const createDepartment = useCall(DepartmentService.method.createDepartment);
  const createGrant = useCall(GrantService.method.createGrant);
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({});
  const [busy, setBusy] = useState(false);
  const names = Object.fromEntries(DEPARTMENTS.map((key) => [key, t(`preset.name.${key}`)])) as Record<
    DepartmentKey,
    string
  >;
  const plan = departments && granted.data ? planOf(names, all, granted.grants) : undefined;

  const tell = (step: DepartmentStep | Wanted, outcome: Outcome) =>
    setOutcomes((before) => ({ ...before, [stepKey(step)]: outcome }));
  const attempt = async (step: DepartmentStep | Wanted, act: () => Promise<unknown>) => {
    try {
      await act();
      tell(step, { is: "made" });
    } catch (cause) {
      const { text, violations } = refusal(cause);
      tell(step, { is: "refused", why: [text, ...violations.map((v) => v.text)].join(" ") });
    }
  };
  const work = async () => {
    if (!plan) return;
    const missing = [...plan.departments.filter((d) => !d.id), ...plan.grants.filter((g) => !g.isThere)];
    setBusy(true);
    setOutcomes(Object.fromEntries(missing.map((step) => [stepKey(step), { is: "working" } as const])));
    const ids = new Map(plan.departments.flatMap((d) => (d.id ? [[d.department, d.id] as const] : [])));
    for (const step of plan.departments.filter((d) => !d.id))
      await attempt(step, async () => {
        const { department } = await createDepartment({ department: { name: step.name } });
        if (department) ids.set(step.department, department.id);
      });
    for (const step of plan.grants.filter((g) => !g.isThere)) {
      const { to, duty, access, scope } = step;
      const grantee = granteeOf(to, (department) => ids.get(department));
      if (grantee) await attempt(step, () => createGrant({ grant: { function: duty, access, scope, grantee } }));
      else tell(step, { is: "refused", why: t("preset.noDepartment") });
    }
    await cache.invalidateQueries();
    setBusy(false);
  };
  return {
    outcomes,
    busy,
    plan,
    error: granted.error,
    retry: () => void granted.refetch(),
    work,
    forget: () => setOutcomes({}),
  };
}
