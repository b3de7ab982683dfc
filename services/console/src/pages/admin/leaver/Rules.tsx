import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Ask } from "../../../blocks/ask";
import { useDo } from "../../../blocks/doing";
import { ObjectName } from "../../../blocks/Objects";
import { MemberName, TerritoryName } from "../../../blocks/People";
import { Empty } from "../../../blocks/states";
import { useWords } from "../../../blocks/words";
import type { LeaverHandover, LeaverRule } from "../../../gen/baton/directory/v1/leaver_handover_pb";
import { LeaverHandoverService } from "../../../gen/baton/directory/v1/leaver_handover_service_pb";
import { useAdminAct } from "../useAdminAct";
import { HeldPick } from "./HeldPick";
import { HELD_KINDS } from "./kinds";

/** A rule as a request takes it. */
type RuleInput = Pick<LeaverRule, "kind" | "territoryId" | "partyId" | "objectId" | "successorId">;

const asInput = ({ kind, territoryId, partyId, objectId, successorId }: LeaverRule): RuleInput => ({
  kind,
  territoryId,
  partyId,
  objectId,
  successorId,
});

interface Props {
  handover: LeaverHandover;
  ask: Ask;
  able: boolean;
}

/** The exceptions of a plan in their order: the first one that fits a record says who takes it over. */
export function Rules({ handover, ask, able }: Props) {
  const { t } = useTranslation("admin");
  const { run, done } = useDo();
  const words = useWords();
  const update = useAdminAct(LeaverHandoverService.method.updateLeaverHandover);
  const rules = handover.rules.map(asInput);
  const save = (next: RuleInput[], etag = handover.etag) =>
    update({ leaverHandover: { id: handover.id, rules: next }, updateMask: { paths: ["rules"] }, etag });
  const set = (next: RuleInput[], text: string) =>
    void run(
      () => save(next),
      text,
      (answer) => save(rules, answer.leaverHandover?.etag),
    );
  const add = () =>
    void ask({
      title: t("leaver.rules.add"),
      prefix: `leaverHandover.rules[${rules.length}]`,
      intro: <p className="hint">{t("leaver.rules.addHint")}</p>,
      fields: [
        {
          name: "kind",
          label: t("leaver.kind"),
          kind: "choice",
          options: HELD_KINDS.map((kind) => ({ value: kind, label: words.kind(kind) })),
        },
        { name: "territoryId", label: t("leaver.rules.territory"), kind: "territory" },
        { name: "partyId", label: t("leaver.rules.party"), kind: "party" },
        {
          name: "objectId",
          label: t("leaver.rules.record"),
          when: (filled) => Boolean(filled.kind),
          control: <HeldPick handoverId={handover.id} />,
        },
        { name: "successorId", label: t("leaver.successor"), kind: "member", required: true },
      ],
      submit: async (filled) => {
        const { kind = "", territoryId = "", partyId = "", objectId = "", successorId = "" } = filled;
        await save([...rules, { kind, territoryId, partyId, objectId, successorId }]);
        done(t("leaver.rules.added"));
      },
    });
  const swap = (at: number, by: number) => {
    const next = rules.filter((_, i) => i !== at);
    const moved = rules[at];
    if (moved) set([...next.slice(0, at + by), moved, ...next.slice(at + by)], t("leaver.rules.ordered"));
  };
  return (
    <div className="stack">
      <p className="hint">{t("leaver.rules.intro")}</p>
      {rules.length === 0 && <Empty title={t("leaver.rules.none")} hint={t("leaver.rules.noneHint")} />}
      {rules.length > 0 && (
        <ol className="stack">
          {handover.rules.map((rule, i) => (
            <li key={JSON.stringify(asInput(rule))}>
              <div className="bar panel">
                <RuleText rule={rule} />
                <span className="grow" />
                {able && (
                  <RuleActs
                    at={i}
                    of={rules.length}
                    onMove={(by) => swap(i, by)}
                    onRemove={() =>
                      set(
                        rules.filter((_, at) => at !== i),
                        t("leaver.rules.removed"),
                      )
                    }
                  />
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      {able && (
        <div className="bar">
          <Button icon={<PlusOutlined aria-hidden />} onClick={add}>
            {t("leaver.rules.add")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What a rule says: its conditions, and who takes over what they fit. */
function RuleText({ rule }: { rule: LeaverRule }) {
  const { t } = useTranslation("admin");
  const { kind } = useWords();
  return (
    <span>
      {rule.kind ? kind(rule.kind) : t("leaver.rules.any")}
      {rule.territoryId && (
        <>
          {" · "}
          {t("leaver.rules.territory")} <TerritoryName id={rule.territoryId} />
        </>
      )}
      {rule.partyId && (
        <>
          {" · "}
          <ObjectName kind="ACCOUNT" id={rule.partyId} />
        </>
      )}
      {rule.objectId && (
        <>
          {" · "}
          <ObjectName kind={rule.kind} id={rule.objectId} number />
        </>
      )}
      {" → "}
      <strong>
        <MemberName id={rule.successorId} />
      </strong>
    </span>
  );
}

interface RuleActsProps {
  at: number;
  of: number;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function RuleActs({ at, of, onMove, onRemove }: RuleActsProps) {
  const { t } = useTranslation("admin");
  const said = { at: at + 1 };
  return (
    <>
      <Button
        type="text"
        icon={<ArrowUpOutlined />}
        aria-label={t("leaver.rules.up", said)}
        disabled={at === 0}
        onClick={() => onMove(-1)}
      />
      <Button
        type="text"
        icon={<ArrowDownOutlined />}
        aria-label={t("leaver.rules.down", said)}
        disabled={at === of - 1}
        onClick={() => onMove(1)}
      />
      <Button
        type="text"
        danger
        icon={<DeleteOutlined />}
        aria-label={t("leaver.rules.remove", said)}
        onClick={onRemove}
      />
    </>
  );
}
