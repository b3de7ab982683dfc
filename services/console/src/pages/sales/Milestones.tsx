import { DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import type { Ask } from "../../blocks/ask";
import { useDo } from "../../blocks/doing";
import type { Field } from "../../blocks/Form";
import { Pill } from "../../blocks/Pill";
import { Empty } from "../../blocks/states";
import type { Milestone } from "../../gen/baton/sales/v1/project_pb";
import { day } from "../../i18n/format";
import { dayIn } from "../../i18n/zone";
import type { MilestoneInput, ProjectChange } from "./projectActs";
import { Due } from "./TaskTable";

interface Props {
  milestones: Milestone[];
  able: boolean;
  ask: Ask;
  /** Changes the project; resolves to the way back. */
  change: (to: ProjectChange) => Promise<() => Promise<unknown>>;
}

/** What is to be reached by when, in the order of the days. */
export function Milestones({ milestones, able, ask, change }: Props) {
  const { t } = useTranslation("sales");
  const { done, run } = useDo();
  const today = dayIn(useFirm()?.timeZone);
  const fields: Field[] = [
    { name: "name", label: t("milestones.name"), required: true, max: 200 },
    { name: "plannedDate", label: t("milestones.planned"), kind: "day", required: true },
    { name: "actualDate", label: t("milestones.reachedOn"), kind: "day" },
  ];
  const set = async (next: MilestoneInput[], text: string) => done(text, await change({ milestones: next }));
  const put = (milestone: Milestone, to: Partial<MilestoneInput>) =>
    milestones.map((m) => (m.id === milestone.id ? { ...m, ...to } : m));
  const quick = (next: MilestoneInput[], text: string) =>
    void run(
      () => change({ milestones: next }),
      text,
      (back) => back(),
    );
  const add = () =>
    void ask({
      title: t("milestones.add"),
      fields: fields.slice(0, 2),
      submit: (v) => set([...milestones, { name: v.name, plannedDate: v.plannedDate }], t("milestones.added")),
    });
  const edit = (milestone: Milestone) =>
    void ask({
      title: t("milestones.edit"),
      fields,
      initial: { ...milestone },
      submit: (v) =>
        set(
          put(milestone, { name: v.name, plannedDate: v.plannedDate, actualDate: v.actualDate ?? "" }),
          t("edit.done"),
        ),
    });
  const addButton = able && <Button onClick={add}>{t("milestones.add")}</Button>;
  return (
    <section className="stack">
      <div className="bar">
        <h2>{t("milestones.title")}</h2>
        <span className="grow" />
        {milestones.length > 0 && addButton}
      </div>
      {milestones.length === 0 && (
        <Empty title={t("milestones.none")} hint={t("milestones.noneHint")} action={addButton} />
      )}
      <ul className="plain">
        {milestones
          .toSorted((a, b) => a.plannedDate.localeCompare(b.plannedDate))
          .map((m) => (
            <li key={m.id} className="panel bar">
              <strong>{m.name}</strong>
              {m.actualDate ? (
                <Pill tone="success">{t("milestones.reached", { day: day(m.actualDate) })}</Pill>
              ) : (
                <Due date={m.plannedDate} isOpen />
              )}
              <span className="grow" />
              {able && (
                <>
                  {!m.actualDate && (
                    <Button onClick={() => quick(put(m, { actualDate: today }), t("milestones.reachedDone"))}>
                      {t("milestones.reach")}
                    </Button>
                  )}
                  <Button
                    type="text"
                    icon={<EditOutlined />}
                    aria-label={t("milestones.editOf", { name: m.name })}
                    onClick={() => edit(m)}
                  />
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t("milestones.removeOf", { name: m.name })}
                    onClick={() =>
                      quick(
                        milestones.filter((o) => o.id !== m.id),
                        t("milestones.removed"),
                      )
                    }
                  />
                </>
              )}
            </li>
          ))}
      </ul>
    </section>
  );
}
