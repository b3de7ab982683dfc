import { Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { useSay } from "../../blocks/say";

// Without what is mistaken for another when it is read out or typed from paper.
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 16;

/** A random password that can be read out. */
export function newPassword(): string {
  let password = "";
  while (password.length < LENGTH) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Bytes beyond the last whole round would make some letters more likely.
    if (byte < Math.floor(256 / LETTERS.length) * LETTERS.length) password += LETTERS[byte % LETTERS.length];
  }
  return password;
}

/** A password that was just set, to be told to its member. */
export interface GivenPassword {
  name: string;
  password: string;
}

/** Shows a password, once. */
export function PasswordShown({ given, onClose }: { given: GivenPassword | undefined; onClose: () => void }) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(given?.password ?? "");
      say.info(t("password.copied"));
    } catch {
      // A page over plain HTTP has no clipboard: the text is there to be marked.
      say.info(t("password.copyByHand"));
    }
  };
  return (
    <Modal
      open={given !== undefined}
      title={t("password.shown")}
      okText={t("common:act.copy")}
      cancelText={t("common:act.close")}
      onOk={() => void copy()}
      onCancel={onClose}
      mask={{ closable: false }}
      destroyOnHidden
    >
      <p>{t("password.once")}</p>
      <dl className="details">
        <div>
          <dt>{t("members.name")}</dt>
          <dd>{given?.name}</dd>
        </div>
        <div>
          <dt>{t("password.password")}</dt>
          <dd>
            <Input readOnly value={given?.password} aria-label={t("password.password")} className="num" />
          </dd>
        </div>
      </dl>
    </Modal>
  );
}
