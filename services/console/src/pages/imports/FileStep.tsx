import { InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Access, useFirm, useMe } from "../../api/me";
import { number } from "../../i18n/format";
import type { TargetKey } from "./model";
import { type Encoding, ROWS_MAX, SEPARATORS } from "./parse";
import { Sheet } from "./Sheet";
import { TARGETS, type Target } from "./targets";
import type { Source } from "./useSource";
import type { WhyNot } from "./workbook";

interface Props {
  target: TargetKey | undefined;
  onTarget: (target: TargetKey) => void;
  source: Source;
}

/** What is to be imported, and out of what. */
export function FileStep({ target, onTarget, source }: Props) {
  const { t } = useTranslation("imports");
  return (
    <div className="stack">
      <section className="panel stack" aria-label={t("kind.title")}>
        <h2>{t("kind.title")}</h2>
        <Kinds chosen={target} choose={onTarget} />
      </section>
      {target && (
        <section className="panel stack" aria-label={t("file.title")}>
          <h2>{t("file.title")}</h2>
          <Pick source={source} />
          {source.lines > 0 && <Settings source={source} />}
        </section>
      )}
    </div>
  );
}

/** Why this reader cannot import something now; nothing if he can. */
function useWhyNot() {
  const { t } = useTranslation("imports");
  const me = useMe();
  const firm = useFirm();
  return (target: Target): string => {
    if (target.duty && !me.can(target.duty, Access.WRITE)) return t("kind.needsAdmin");
    const off = {
      leads: firm?.leadsEnabled === false || firm?.marketingEnabled === false,
      opportunities: firm?.salesEnabled === false,
      products: firm?.commerceEnabled === false,
    } as Partial<Record<TargetKey, boolean>>;
    return off[target.key] ? t("kind.off") : "";
  };
}

function Kinds({ chosen, choose }: { chosen: TargetKey | undefined; choose: (key: TargetKey) => void }) {
  const { t } = useTranslation("imports");
  const whyNot = useWhyNot();
  return (
    <div className="tiles" role="group" aria-label={t("kind.title")}>
      {TARGETS.map((target) => {
        const why = whyNot(target);
        return (
          <button
            key={target.key}
            type="button"
            className={`choice ${chosen === target.key ? "chosen" : ""}`}
            aria-pressed={chosen === target.key}
            disabled={why !== ""}
            onClick={() => choose(target.key)}
          >
            <strong>{t(`kind.${target.key}`)}</strong>
            <span className="hint">{why || t(`kindHint.${target.key}`)}</span>
          </button>
        );
      })}
    </div>
  );
}

function Pick({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const [wrong, setWrong] = useState("");
  const [pasted, setPasted] = useState("");
  const [busy, setBusy] = useState(false);
  const take = async (file: File) => {
    setBusy(true);
    try {
      await source.open(file.name, new Uint8Array(await file.arrayBuffer()));
      setWrong("");
    } catch (cause) {
      // What cannot be fetched or read at all is broken to who holds the file.
      const why = (cause as { why?: WhyNot }).why ?? "broken";
      setWrong(t(`workbook.${why}`, { name: file.name, rows: number(ROWS_MAX) }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {wrong && <Alert type="warning" role="alert" title={wrong} />}
      <Upload.Dragger
        accept=".xlsx,.csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
        disabled={busy}
        showUploadList={false}
        beforeUpload={(file) => {
          void take(file);
          return false;
        }}
      >
        <p>
          <InboxOutlined aria-hidden />{" "}
          {busy ? t("file.reading") : source.name ? t("file.another", { name: source.name }) : t("file.drop")}
        </p>
        <p className="hint">{t("file.formats")}</p>
      </Upload.Dragger>
      <details>
        <summary>{t("file.paste")}</summary>
        <div className="stack">
          <Input.TextArea
            aria-label={t("file.paste")}
            placeholder={t("file.pasteHint")}
            autoSize={{ minRows: 4, maxRows: 12 }}
            value={pasted}
            onChange={(e) => setPasted(e.target.value)}
          />
          <div>
            <Button
              disabled={!pasted.trim()}
              onClick={() => void source.open(t("file.pastedName"), new TextEncoder().encode(pasted))}
            >
              {t("file.usePasted")}
            </Button>
          </div>
        </div>
      </details>
    </>
  );
}

const ENCODINGS: { value: Encoding; label: string }[] = [
  { value: "utf-8", label: "UTF-8" },
  { value: "gb18030", label: "GBK / GB18030" },
  { value: "utf-16le", label: "UTF-16" },
];

function Settings({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const rows = source.records.length;
  return (
    <>
      <div className="bar">
        <strong>{source.name}</strong>
        <span className="hint num">
          {t("file.size", { count: rows, rows: number(rows), columns: source.header.length })}
        </span>
      </div>
      {source.sheets ? <SheetPick source={source} names={source.sheets} /> : <TextSettings source={source} />}
      <Sheet label={t("file.preview")}>
        <thead>
          <tr>
            {source.header.map((name, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
              <th key={i} scope="col">
                {name || "—"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {source.records.slice(0, 5).map((record) => (
            <tr key={record.line}>
              {source.header.map((_, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                <td key={i}>{record.cells[i]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Sheet>
    </>
  );
}

/** Which sheet of a workbook is read. */
function SheetPick({ source, names }: { source: Source; names: string[] }) {
  const { t } = useTranslation("imports");
  if (names.length < 2) return null;
  return (
    <div className="bar">
      <Select
        aria-label={t("file.sheet")}
        value={source.sheet}
        onChange={source.setSheet}
        options={names.map((name, i) => ({ value: i, label: name }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 160 }}
      />
    </div>
  );
}

/** How a text is read. */
function TextSettings({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  return (
    <>
      <div className="bar">
        <Select
          aria-label={t("file.encoding")}
          value={source.encoding}
          onChange={source.setEncoding}
          options={ENCODINGS}
          style={{ width: 160 }}
        />
        <Select
          aria-label={t("file.separator")}
          value={source.separator}
          onChange={source.setSeparator}
          options={SEPARATORS.map((s) => ({
            value: s,
            label: t(`separator.${s === "\t" ? "tab" : s === "," ? "comma" : s === ";" ? "semicolon" : "bar"}`),
          }))}
          style={{ width: 160 }}
        />
      </div>
      <p className="hint">{t("file.garbled")}</p>
    </>
  );
}
