// A customer calls the salesperson: account and opportunity directly, then a contract and an order. Played with clients
// that Connect generated and nobody touched.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Code, ConnectError, createClient } from "@connectrpc/connect";

import { type Firm, found, until } from "./firm.js";
import { ContractService } from "./gen/baton/commerce/v1/contract_service_pb.js";
import { OrderService } from "./gen/baton/commerce/v1/order_service_pb.js";
import { PartyService } from "./gen/baton/customer/v1/party_service_pb.js";
import { TraceService } from "./gen/baton/insight/v1/trace_service_pb.js";
import { HandOverState, HandOverTarget } from "./gen/baton/sales/v1/opportunity_pb.js";
import { OpportunityService } from "./gen/baton/sales/v1/opportunity_service_pb.js";

let firm: Firm;
before(async () => {
  firm = await found();
});
after(async () => {
  assert.equal(await firm.stop(), 0);
});

test("a deal that was made directly becomes a contract and an order", async () => {
  const parties = createClient(PartyService, firm.transport);
  const { party } = await parties.createAccount({ account: { name: "Qiming Automation" }, requestId: "account" });
  assert.ok(party);
  const again = await parties.createAccount({ account: { name: "Qiming Automation" }, requestId: "account" });
  assert.equal(again.party?.id, party.id, "the same request is the same account");

  const deals = createClient(OpportunityService, firm.transport);
  const line = { description: "Pump", quantity: "2", unitPrice: { currencyCode: "CNY", amountMinor: 1_250_000n } };
  const { opportunity } = await deals.createOpportunity({
    opportunity: { name: "Two pumps", partyId: party.id, lines: [line] },
    requestId: "deal",
  });
  assert.equal(opportunity?.amount?.amountMinor, 2_500_000n);
  const id = opportunity.id;
  await deals.winOpportunity({ id, requestId: "win" });
  await deals.handOverOpportunity({ id, target: HandOverTarget.CONTRACT, requestId: "hand over" });
  const { handOver } = await until(
    () => deals.getHandOver({ opportunityId: id }),
    (answer) => answer.handOver?.state === HandOverState.COMPLETED,
  );
  assert.ok(handOver);

  const contracts = createClient(ContractService, firm.transport);
  await contracts.activateContract({ id: handOver.madeId, requestId: "activate" });
  const { order } = await contracts.createContractOrder({ id: handOver.madeId, requestId: "order" });
  assert.ok(order);
  await createClient(OrderService, firm.transport).confirmOrder({ id: order.id, requestId: "confirm" });

  const traces = createClient(TraceService, firm.transport);
  const expected = "OPPORTUNITY WON, CONTRACT ACTIVE, ORDER ACCEPTED";
  await until(
    () => traces.getTrace({ kind: "order", id: order.id }),
    (trace) => trace.nodes.map((node) => `${node.kind} ${node.state}`).join(", ") === expected,
  );
});

test("whoever is not signed in is told so", async () => {
  const deals = createClient(OpportunityService, firm.stranger);
  await assert.rejects(deals.listOpportunities({}), (refused: unknown) => {
    return refused instanceof ConnectError && refused.code === Code.Unauthenticated;
  });
});
