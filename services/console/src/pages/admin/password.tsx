import { useTranslation } from "react-i18next";
import { ShownOnce } from "../../blocks/ShownOnce";

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
  const { t } = useTranslation("admin");
  const secret = given && {
    title: t("password.shown"),
    label: t("password.password"),
    intro: t("password.once"),
    text: given.password,
    beside: [{ label: t("members.name"), value: given.name }],
  };
  return <ShownOnce secret={secret} onClose={onClose} />;
}
