// The description of the events, judged by AsyncAPI's own parser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Parser } from "@asyncapi/parser";

import { type Firm, found } from "./firm.js";

let firm: Firm;
before(async () => {
  firm = await found();
});
after(async () => {
  assert.equal(await firm.stop(), 0);
});

test("the description of the events is valid AsyncAPI", async () => {
  const answer = await fetch(`${firm.http}/asyncapi.json`);
  const { document, diagnostics } = await new Parser().parse(await answer.text());
  const errors = diagnostics.filter((found) => found.severity === 0);
  assert.deepEqual(errors, []);
  assert.ok(document?.allMessages().get("baton.marketing.v1.campaign_created"));
});
