import { Alert, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import { MemberPick } from "../../blocks/pick";
import { useChoices, useWords } from "../../blocks/words";
import { DuplicatePolicySchema } from "../../gen/baton/customer/v1/party_pb";
import { CampaignPick } from "../marketing/picks";
import { useFieldName } from "./fieldName";
import type { Match, Memory } from "./guess";
import type { ImportField, Options } from "./model";
import { type Book, unknownWords } from "./read";
import { Sheet } from "./Sheet";
import type { Target } from "./targets";
import type { Source } from "./useSource";

interface Props {
  target: Target;
  source: Source;
  match: Match;
  onMatch: (match: Match) => void;
  words: Memory["words"];
  onWords: (words: Memory["words"]) => void;
  options: Options;
  onOptions: (options: Options) => void;
  book: Book;
}

/** Which column becomes which field, and what holds for all rows. */
export function MatchStep(props: Props) {
  return (
    <div className="columns">
      <div className="stack">
        <Columns {...props} />
        <Words {...props} />
      </div>
      <ForAll {...props} />
    </div>
  );
}

/** Required fields that no column becomes. */
export const missing = (target: Target, match: Match) =>
  target.fields.filter((f) => f.required && !Object.values(match).includes(f.key));

function Columns({ target, source, match, onMatch }: Props) {
  const { t } = useTranslation("imports");
  const name = useFieldName();
  const set = (column: number, key: string | undefined) => {
    const others = Object.entries(match).filter(([c, k]) => Number(c) !== column && k !== key);
    onMatch(Object.fromEntries(key ? [...others, [column, key]] : others));
  };
  const without = missing(target, match);
  const hasKey = Object.values(match).includes("externalId");
  return (
    <section className="panel stack">
      <h2>{t("match.title")}</h2>
      {without.length > 0 && (
        <Alert type="warning" title={t("match.missing", { fields: without.map((f) => name(f)).join("、") })} />
      )}
      <Sheet label={t("match.title")} wide>
        <thead>
          <tr>
            <th scope="col">{t("match.column")}</th>
            <th scope="col">{t("match.sample")}</th>
            <th scope="col">{t("match.field")}</th>
          </tr>
        </thead>
        <tbody>
          {source.header.map((header, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <tr key={i}>
              <th scope="row">{header || "—"}</th>
              <td className="hint">{samples(source, i)}</td>
              <td>
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: "label" }}
                  aria-label={t("match.fieldOf", { column: header || String(i + 1) })}
                  placeholder={t("match.unused")}
                  value={match[i]}
                  onChange={(key?: string) => set(i, key)}
                  options={target.fields.map((f) => ({ value: f.key, label: name(f) + (f.required ? " *" : "") }))}
                  popupMatchSelectWidth={false}
                  style={{ width: 200 }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </Sheet>
      {!hasKey && (
        <p className="hint">
          {t("match.identity", {
            fields: target.fields
              .filter((f) => target.identity.includes(f.key))
              .map((f) => name(f))
              .join("、"),
          })}
        </p>
      )}
    </section>
  );
}

/** The first different things that stand in a column. */
function samples(source: Source, column: number): string {
  const said = source.records.slice(0, 50).map((r) => r.cells[column] ?? "");
  return [...new Set(said.filter(Boolean))].slice(0, 3).join(" · ").slice(0, 80);
}

/** Words of the file that are not understood by themselves. */
function Words({ target, source, match, words, onWords, book }: Props) {
  const { t } = useTranslation("imports");
  const name = useFieldName();
  const cells = source.records.map((r) => r.cells);
  const unknown = [...unknownWords(target, cells, match, book)];
  if (unknown.length === 0) return null;
  const set = (field: ImportField, word: string, value: string | number | undefined) => {
    const { [word]: _, ...others } = words[field.key] ?? {};
    onWords({ ...words, [field.key]: value === undefined ? others : { ...others, [word]: value } });
  };
  return (
    <section className="panel stack" aria-label={t("words.title")}>
      <h2>{t("words.title")}</h2>
      <p className="hint">{t("words.hint")}</p>
      {unknown.map(([field, said]) => (
        <div key={field.key} className="stack">
          <strong>{name(field)}</strong>
          {said.map((word) => (
            <div key={word} className="bar">
              <span style={{ minWidth: 140 }}>{word}</span>
              <span aria-hidden>→</span>
              <WordPick field={field} word={word} value={words[field.key]?.[word]} book={book} onChange={set} />
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}

function WordPick(props: {
  field: ImportField;
  word: string;
  value: string | number | undefined;
  book: Book;
  onChange: (field: ImportField, word: string, value: string | number | undefined) => void;
}) {
  const { t } = useTranslation("imports");
  const { word: told } = useWords();
  const { field, book } = props;
  const options =
    field.kind === "choice"
      ? (field.words?.values ?? [])
          .filter((v) => v.number !== 0 && (field.only?.includes(v.number) ?? true))
          .map((v) => ({ value: v.number as string | number, label: field.words ? told(field.words, v.number) : "" }))
      : (book[field.kind as "member" | "territory" | "process"] ?? []).map((n) => ({
          value: n.id as string | number,
          label: n.names[0] ?? n.id,
        }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      aria-label={t("words.meaning", { word: props.word })}
      placeholder={t("words.refused")}
      value={props.value}
      onChange={(v?: string | number) => props.onChange(field, props.word, v)}
      options={options}
      style={{ width: 200 }}
    />
  );
}

function ForAll({ target, options, onOptions }: Props) {
  const { t } = useTranslation("imports");
  const { word } = useWords();
  const firm = useFirm();
  const policies = useChoices(DuplicatePolicySchema);
  return (
    <section className="panel" aria-label={t("all.title")}>
      <h2>{t("all.title")}</h2>
      <Form layout="vertical">
        <Form.Item label={t("all.system")} extra={t("all.systemHint")} htmlFor="import-system">
          <Input
            id="import-system"
            value={options.system}
            maxLength={60}
            status={options.system.trim() ? undefined : "error"}
            onChange={(e) => onOptions({ ...options, system: e.target.value })}
          />
        </Form.Item>
        {target.meetsCustomers && (
          <Form.Item label={t("all.policy")} extra={t("all.policyHint")} htmlFor="import-policy">
            <Select
              id="import-policy"
              value={options.policy}
              onChange={(policy) => onOptions({ ...options, policy })}
              options={[
                {
                  value: 0,
                  label: t("all.houseRule", { policy: word(DuplicatePolicySchema, firm?.duplicatePolicy ?? 0) }),
                },
                ...policies,
              ]}
            />
          </Form.Item>
        )}
        {target.needsOwner && (
          <Form.Item label={t("all.owner")} extra={t("all.ownerHint")} htmlFor="import-owner">
            <MemberPick
              id="import-owner"
              value={options.ownerId}
              onChange={(ownerId) => onOptions({ ...options, ownerId: ownerId ?? "" })}
            />
          </Form.Item>
        )}
        {target.hasSource && (
          <Form.Item label={t("all.campaign")} extra={t("all.campaignHint")} htmlFor="import-campaign">
            <CampaignPick
              id="import-campaign"
              value={options.campaignId}
              onChange={(campaignId) => onOptions({ ...options, campaignId: campaignId ?? "" })}
            />
          </Form.Item>
        )}
      </Form>
    </section>
  );
}
