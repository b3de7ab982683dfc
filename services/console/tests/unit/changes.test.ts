import { expect, test } from "vitest";
import { verbOf, verbParts } from "../../src/blocks/changes/verbs";
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
