import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import type { Change } from "../../gen/baton/type/v1/change_pb";

const plain = (value: Value | undefined): JsonValue => (value ? toJson(ValueSchema, value) : null);

/** Whether a value says nothing: it is empty, or all of its parts are. */
export function isNothing(value: JsonValue): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.values(value).every((part) => isNothing(part ?? null));
}

/** A field with what it was and what it became. */
export interface Told {
  field: string;
  before: JsonValue;
  after: JsonValue;
  /** Whether both are gone, with the person of whom they told. */
  erased: boolean;
  /** Whether both are left out, because the reader has no right to the field. */
  hidden: boolean;
}

/**
 * The fields of a change that tell a reader something. A record that comes to be has all of its fields, most of them empty, 0 or
 * false because nobody filled them in; and its id is no news.
 */
export function toldFields({ fields, version }: Pick<Change, "fields" | "version">): Told[] {
  const unsaid = (value: JsonValue) => isNothing(value) || (version === 1n && (value === 0 || value === false));
  return fields
    .map(({ field, oldValue, newValue, erased, hidden }) => ({
      field,
      before: plain(oldValue),
      after: plain(newValue),
      erased,
      hidden,
    }))
    .filter(
      ({ field, before, after, erased, hidden }) =>
        field !== "id" && (erased || hidden || !(isNothing(before) && unsaid(after))),
    );
}
