import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { parameters } from "../../src/api/exporting";
import { ListFollowUpsRequestSchema } from "../../src/gen/baton/customer/v1/follow_up_service_pb";
import { ListChainFunnelObjectsRequestSchema } from "../../src/gen/baton/insight/v1/funnel_service_pb";
import { LeadQuality } from "../../src/gen/baton/marketing/v1/lead_pb";
import { ListLeadsRequestSchema } from "../../src/gen/baton/marketing/v1/lead_service_pb";

test("what a list is narrowed by goes into the address of its file as JSON has it, without what it is paged by", () => {
  const leads = { quality: LeadQuality.NEW, ownerId: "", query: "三 & more", offered: true, pageSize: 50, count: true };
  expect([...parameters(ListLeadsRequestSchema, leads, [])]).toEqual([
    ["quality", "LEAD_QUALITY_NEW"],
    ["offered", "true"],
    ["query", "三 & more"],
  ]);
  const due = { dueBeforeTime: timestampFromDate(new Date("2026-03-02T01:00:00Z")) };
  expect([...parameters(ListFollowUpsRequestSchema, due, [])]).toEqual([["dueBeforeTime", "2026-03-02T01:00:00Z"]]);
});

test("what the address itself says is not said twice", () => {
  const asked = { kind: "LEAD", territoryId: "t" };
  expect([...parameters(ListChainFunnelObjectsRequestSchema, asked, ["kind"])]).toEqual([["territoryId", "t"]]);
});
