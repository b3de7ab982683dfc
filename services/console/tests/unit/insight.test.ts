import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { layOut } from "../../src/blocks/trace/layout";
import { HopOutcome } from "../../src/gen/baton/insight/v1/funnel_pb";
import { TraceNodeSchema } from "../../src/gen/baton/insight/v1/trace_pb";
import { OpportunityState, VisitOutcome } from "../../src/gen/baton/sales/v1/opportunity_pb";
import * as chain from "../../src/pages/insight/chain/figure";
import { before, presets } from "../../src/pages/insight/periods";
import * as sales from "../../src/pages/insight/sales/figure";

type Object = [kind: string, id: string];

function node([kind, id]: Object, source?: Object, ...further: Object[]) {
  const ref = ([k, i]: Object) => ({ kind: k, id: i });
  return create(TraceNodeSchema, {
    kind,
    id,
    visible: true,
    source: source && ref(source),
    furtherSources: further.map(ref),
  });
}

const places = (layout: ReturnType<typeof layOut>) =>
  Object.fromEntries(layout.placed.map((p) => [p.key, [p.column, p.row]]));

test("a chain goes from left to right, what it forks into stands above one another", () => {
  const layout = layOut([
    node(["CAMPAIGN", "c"], ["DIRECT", ""]),
    node(["LEAD", "l"], ["CAMPAIGN", "c"]),
    node(["ORDER", "o1"], ["LEAD", "l"]),
    node(["ORDER", "o2"], ["LEAD", "l"]),
  ]);
  expect(layout).toMatchObject({ columns: 3, rows: 2 });
  expect(places(layout)).toEqual({
    "CAMPAIGN c": [0, 0.5],
    "LEAD l": [1, 0.5],
    "ORDER o1": [2, 0],
    "ORDER o2": [2, 1],
  });
});

test("a lead that joined stands right before what it joined, next to the chain it joined", () => {
  const layout = layOut([
    node(["CAMPAIGN", "c"], ["DIRECT", ""]),
    node(["LEAD", "l1"], ["CAMPAIGN", "c"]),
    node(["LEAD", "l2"], ["CALL", "138"]),
    node(["OPPORTUNITY", "o"], ["LEAD", "l1"], ["LEAD", "l2"]),
  ]);
  expect(places(layout)).toEqual({
    "CAMPAIGN c": [0, 0],
    "LEAD l1": [1, 0],
    "LEAD l2": [1, 1],
    "OPPORTUNITY o": [2, 0],
  });
  expect(layout.placed.at(-1)?.parents).toEqual(["LEAD l1", "LEAD l2"]);
});

test("no two objects of a picture share a place", () => {
  const wide = Array.from({ length: 200 }, (_, i) =>
    node(["LEAD", `${i}`], i === 0 ? ["DIRECT", ""] : ["LEAD", `${Math.floor((i * 7) % i)}`]),
  );
  const taken = layOut(wide).placed.map((p) => `${p.column} ${p.row}`);
  expect(new Set(taken).size).toBe(wide.length);
});

test("a period is compared with the one before it", () => {
  expect(before({ from: "2026-01-01", to: "2026-03-31" })).toEqual({ from: "2025-10-01", to: "2025-12-31" });
  expect(before({ from: "2024-01-01", to: "2024-12-31" })).toEqual({ from: "2023-01-01", to: "2023-12-31" });
  expect(before({ from: "2026-03-02", to: "2026-03-04" })).toEqual({ from: "2026-02-27", to: "2026-03-01" });
  expect(before({ from: "", to: "2026-03-31" })).toBeUndefined();
});

test("the usual periods follow the calendar", () => {
  const usual = presets("2026-02-14");
  expect(usual.thisQuarter).toEqual({ from: "2026-01-01", to: "2026-03-31" });
  expect(usual.lastQuarter).toEqual({ from: "2025-10-01", to: "2025-12-31" });
  expect(usual.lastYear).toEqual({ from: "2025-01-01", to: "2025-12-31" });
});

test("a figure in the address is the figure that was pressed", () => {
  const hop = { kind: "LEAD", outcome: HopOutcome.LOST, sources: ["CAMPAIGN", "DIRECT"] };
  expect(chain.readFigure(chain.writeFigure(hop))).toEqual(hop);
  const all = { kind: "ORDER", outcome: HopOutcome.UNSPECIFIED, sources: [] };
  expect(chain.readFigure(chain.writeFigure(all))).toEqual(all);
  const visits = { of: "visits" as const, stageId: "s", outcomes: [VisitOutcome.WON, VisitOutcome.LOST] };
  expect(sales.readFigure(sales.writeFigure(visits))).toEqual(visits);
  const deals = {
    of: "deals" as const,
    state: OpportunityState.WON,
    closedFrom: "2026-01-01",
    closedTo: "2026-03-31",
    timed: true,
  };
  expect(sales.readFigure(sales.writeFigure(deals))).toEqual(deals);
  expect(sales.readFigure(undefined)).toBeUndefined();
});
