import { useNavigate } from "@tanstack/react-router";
import { Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "./nav";
import { useRecordHits } from "./search";

interface Entry {
  key: string;
  group: "records" | "pages" | "actions";
  label: string;
  hint?: ReactNode;
  run: () => void;
}

/** One field for everything: records, pages and actions, by mouse and by keyboard. */
export function Palette({ open, onClose, onKeys }: { open: boolean; onClose: () => void; onKeys: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      destroyOnHidden
      title={t("palette.title")}
      className="palette"
    >
      <Search onClose={onClose} onKeys={onKeys} />
    </Modal>
  );
}

function Search({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { hits, away } = useRecordHits(text);
  const entries = [...hits.map((h) => ({ ...h, group: "records" as const })), ...useCommands(text, onKeys)];
  const pick = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const shown = Math.min(at, Math.max(0, entries.length - 1));
  return (
    <>
      <Input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries.length > 0 ? `palette-${shown}` : undefined}
        aria-label={t("palette.placeholder")}
        placeholder={t("palette.placeholder")}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key === "ArrowDown") setAt(Math.min(shown + 1, entries.length - 1));
          else if (e.key === "ArrowUp") setAt(Math.max(shown - 1, 0));
          else if (e.key === "Enter" && !e.nativeEvent.isComposing) pick(entries[shown]);
          else return;
          e.preventDefault();
        }}
      />
      <div id="palette-list" role="listbox" aria-label={t("palette.title")} className="palette-list">
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={entry.key}
            id={`palette-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === shown}
            className="palette-entry"
            ref={i === shown ? (e) => e?.scrollIntoView({ block: "nearest" }) : undefined}
            onClick={() => pick(entry)}
          >
            <span>{entry.label}</span>
            <span className="hint">{entry.hint ?? t(`palette.${entry.group}`)}</span>
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className="hint">{t("palette.none")}</p>}
      {away.length > 0 && <p className="hint">{t("palette.away", { services: away.join(", ") })}</p>}
    </>
  );
}

/** Pages and actions whose name holds the text. */
function useCommands(text: string, onKeys: () => void): Entry[] {
  const { t } = useTranslation();
  const { pages, creating } = usePages();
  const go = useNavigate();
  const all: Entry[] = [
    ...pages.map((p) => ({
      key: `page ${p.key}`,
      group: "pages" as const,
      label: t(`nav.${p.key}`),
      run: () => void go({ to: p.to as never }),
    })),
    ...creating.map((p) => ({
      key: `new ${p.key}`,
      group: "actions" as const,
      label: `${t("app.new")} · ${t(`nav.${p.key}`)}`,
      run: () => void go({ to: p.to as never, search: { new: "1" } as never }),
    })),
    { key: "keys", group: "actions", label: t("app.keys"), run: onKeys },
  ];
  const wanted = text.trim().toLowerCase();
  return all.filter((e) => e.label.toLowerCase().includes(wanted));
}
