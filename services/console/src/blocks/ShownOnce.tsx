import { Input, Modal } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSay } from "./say";

/** Copies a text; where the browser has no clipboard it says so, and the text is there to be marked. */
export function useCopy() {
  const { t } = useTranslation();
  const say = useSay();
  return async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      say.info(t("secret.copied"));
    } catch {
      // A page over plain HTTP has no clipboard.
      say.info(t("secret.copyByHand"));
    }
  };
}

/** A secret that was just made. */
export interface Secret {
  title: string;
  /** What it is called. */
  label: string;
  text: string;
  /** Whom to tell it, or where to keep it. */
  intro: string;
  /** What is told along with it. */
  beside?: { label: string; value: ReactNode }[];
}

/** Shows a secret, once. */
export function ShownOnce({ secret, onClose }: { secret: Secret | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const copy = useCopy();
  const lines = secret?.text.split("\n").length ?? 1;
  return (
    <Modal
      open={secret !== undefined}
      title={secret?.title}
      okText={t("act.copy")}
      cancelText={t("act.close")}
      onOk={() => void copy(secret?.text ?? "")}
      onCancel={onClose}
      mask={{ closable: false }}
      destroyOnHidden
    >
      <div className="stack">
        <p>{secret?.intro}</p>
        {secret?.beside && (
          <dl className="details">
            {secret.beside.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {secret && <ReadOnly label={secret.label} text={secret.text} rows={lines} />}
      </div>
    </Modal>
  );
}

/** A text to be copied or marked. */
export function ReadOnly({ label, text, rows = 1 }: { label: string; text: string; rows?: number }) {
  return rows > 1 ? (
    <Input.TextArea readOnly value={text} rows={rows} aria-label={label} className="num" />
  ) : (
    <Input readOnly value={text} aria-label={label} className="num" />
  );
}
