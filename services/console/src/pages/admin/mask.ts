import type { Values } from "../../blocks/Form";

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? "") === JSON.stringify(b ?? "");

/** The names of the fields that were filled in with something else than a record says. */
export const changed = (record: Values, filled: Values): string[] =>
  Object.keys(filled).filter((name) => !isSame(record[name], filled[name]));

/** The mask of an update that changes fields, which it calls as the contract does. */
export const maskOf = (names: string[]) => ({ paths: names.map(snake) });
