import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { Access, Duty, useMe } from "../../../api/me";
import { Failure } from "../../../blocks/states";
import { useWords } from "../../../blocks/words";
import {
  type RetentionCount,
  RetentionKindSchema,
  RetentionService,
} from "../../../gen/baton/customer/v1/retention_service_pb";
import { number } from "../../../i18n/format";

/** Who goes by himself next, and who went: numbers, and no names. Nothing for whoever does not administer. */
export function Retention() {
  const may = useMe().can(Duty.ADMINISTRATION, Access.READ);
  return may ? <Told /> : null;
}

function Told() {
  const { t } = useTranslation("admin");
  const { data, error, refetch } = useRead(RetentionService.method.getRetention, {});
  const told = data?.retention;
  return (
    <section className="panel stack" aria-labelledby="retention">
      <h2 id="retention">{t("settings.retention.title")}</h2>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {told?.nextDay && (
        <div>
          <strong>{t("settings.retention.expected", { day: told.nextDay })}</strong>
          <Counts of={told.expected} />
        </div>
      )}
      {told && (
        <div>
          <strong>{t("settings.retention.gone")}</strong>
          {told.gone.length > 0 ? (
            <Counts of={told.gone} dated />
          ) : (
            <p className="hint">{t("settings.retention.none")}</p>
          )}
        </div>
      )}
    </section>
  );
}

function Counts({ of, dated }: { of: RetentionCount[]; dated?: boolean }) {
  const { t } = useTranslation("admin");
  const { word } = useWords();
  const records = (c: RetentionCount) =>
    c.more ? t("settings.retention.atLeast", { records: number(c.records) }) : number(c.records);
  return (
    <ul className="num">
      {of.map((c) => (
        <li key={`${c.day} ${c.kind}`}>
          {dated && `${c.day} `}
          {word(RetentionKindSchema, c.kind)} {records(c)}
        </li>
      ))}
    </ul>
  );
}
