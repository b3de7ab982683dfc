import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { verbParts } from "./verbs";

const plain = (name: string) => name.replace(/_id$/, "").replaceAll("_", " ");

/** Words for what was done and to which field; what a newer service made up is told as it calls it. */
export function useChangeWords() {
  useTranslation(["changes", "words"]);
  const say = (key: string, otherwise: string) => (i18next.exists(key) ? i18next.t(key as never) : otherwise);
  return {
    /** What was done: "Won". */
    did: (verb: string) => {
      const { did } = verbParts(verb);
      return say(`changes:did.${did}`, plain(did));
    },
    /** A field of the contract: "Owner". */
    field: (name: string) => say(`changes:field.${name}`, plain(name)),
    service: (name: string) => say(`changes:service.${name}`, name),
  };
}

/** A value of an enum as contracts name it, "OPPORTUNITY_STATE_OPEN", in words; undefined if it is none that has a word. */
export function enumWord(value: string): string | undefined {
  if (!/^[A-Z][A-Z0-9_]+$/.test(value)) return undefined;
  const parts = value.split("_");
  for (let at = parts.length - 1; at > 0; at -= 1) {
    const head = parts.slice(0, at).map((part) => part.charAt(0) + part.slice(1).toLowerCase());
    const key = `words:${head.join("")}.${parts.slice(at).join("_")}`;
    if (i18next.exists(key)) return i18next.t(key as never);
  }
  const kind = `words:Kind.${value}`;
  return i18next.exists(kind) ? i18next.t(kind as never) : undefined;
}
