import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { isNothing, toldFields } from "../../src/blocks/changes/told";
import { verbOf, verbParts } from "../../src/blocks/changes/verbs";
import { ChangeSchema } from "../../src/gen/baton/type/v1/change_pb";
import en from "../../src/i18n/en";
import zh from "../../src/i18n/zh-CN";
import { AUDITED } from "../../src/pages/admin/audit/kinds";

test("a verb is the name of its event, and is taken apart by the kind that it is about", () => {
  expect(verbOf("LeadConversionStarted")).toBe("lead_conversion_started");
  expect(verbParts("lead_conversion_started")).toEqual({ kind: "LEAD", did: "conversion_started" });
  expect(verbParts("project_task_added")).toEqual({ kind: "PROJECT_TASK", did: "added" });
  expect(verbParts("prospect_created")).toEqual({ kind: "ACCOUNT", did: "created" });
  expect(verbParts("handed_on")).toEqual({ did: "handed_on" });
});

test("every kind and every verb that is audited has a word in both languages", () => {
  expect(AUDITED.size).toBeGreaterThan(20);
  for (const texts of [en, zh]) {
    const kinds: Record<string, string> = texts.words.Kind;
    const did: Record<string, string> = texts.changes.did;
    const verbs = [...AUDITED.values()].flat();
    expect([...AUDITED.keys()].filter((kind) => !kinds[kind])).toEqual([]);
    expect(verbs.filter((verb) => !did[verbParts(verb).did])).toEqual([]);
  }
});

test("of a new record only what was filled in is told, of a later change all that is another", () => {
  expect(isNothing({ kind: "", id: null })).toBe(true);
  expect(isNothing(0)).toBe(false);
  const text = (value: string) => ({ kind: { case: "stringValue" as const, value } });
  const amount = (value: number) => ({ kind: { case: "numberValue" as const, value } });
  const fields = [
    { field: "id", newValue: text("1") },
    { field: "name", newValue: text("Haitian") },
    { field: "phone", newValue: text("") },
    { field: "employees", newValue: amount(0) },
  ];
  const names = (version: bigint) => toldFields(create(ChangeSchema, { version, fields })).map((f) => f.field);
  expect(names(1n)).toEqual(["name"]);
  expect(names(2n)).toEqual(["name", "employees"]);
});
