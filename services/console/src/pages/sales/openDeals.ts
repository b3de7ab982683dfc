import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRead } from "../../api/calls";
import { FunnelService } from "../../gen/baton/sales/v1/funnel_service_pb";
import { type Opportunity, OpportunityState, VisitOutcome } from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import type { Process } from "../../gen/baton/sales/v1/process_pb";
import { longStay } from "./figures";

const PAGE = 200;
const PAGES_MAX = 5;

interface Page<Row> {
  rows: Row[];
  next: string;
}

/** All rows of a list, page by page, as far as a board holds them; `more` if there are others. */
async function everything<Row>(read: (pageToken: string) => Promise<Page<Row>>) {
  const rows: Row[] = [];
  let token = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await read(token);
    rows.push(...answer.rows);
    token = answer.next;
    if (!token) break;
  }
  return { rows, more: token !== "" };
}

/** The open deals of a process, up to a thousand of them. */
export function useOpenDeals(processId: string, ownerId: string) {
  const transport = useTransport();
  return useQuery({
    queryKey: ["list", "open deals", processId, ownerId],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      everything<Opportunity>(async (pageToken) => {
        const asked = { processId, ownerId, state: OpportunityState.OPEN, pageSize: PAGE, pageToken };
        const answer = await callUnaryMethod(transport, OpportunityService.method.listOpportunities, asked, { signal });
        return { rows: answer.opportunities, next: answer.nextPageToken };
      }),
  });
}

/** Since when each open deal of a process stands in its stage, by the id of the deal. */
export function useStays(process: Process, ownerId: string) {
  const transport = useTransport();
  const { data } = useQuery({
    queryKey: ["list", "stays", process.id, ownerId],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const ofStage = (stageId: string) =>
        everything(async (pageToken) => {
          const outcomes = [VisitOutcome.OPEN];
          const asked = { processId: process.id, stageId, ownerId, outcomes, pageSize: PAGE, pageToken };
          const answer = await callUnaryMethod(transport, FunnelService.method.listFunnelVisits, asked, { signal });
          return { rows: answer.visits, next: answer.nextPageToken };
        });
      const stages = await Promise.all(process.stages.map((s) => ofStage(s.id)));
      return new Map<string, Timestamp | undefined>(
        stages.flatMap(({ rows }) => rows.map((v) => [v.opportunityId, v.enterTime] as const)),
      );
    },
  });
  return data;
}

/** After how many days a stay in a stage is long, by what stays in it lasted so far: "nine of ten are over by then". */
export function useLongStays(process: Process): (stageId: string) => number | undefined {
  const { data } = useRead(FunnelService.method.getStageFunnel, { processId: process.id }, { staleTime: 5 * 60_000 });
  const stages = new Map(data?.funnel?.stages.map((s) => [s.stageId, s]));
  return (stageId) => longStay(stages.get(stageId));
}
