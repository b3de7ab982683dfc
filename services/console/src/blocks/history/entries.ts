import type { DescEnum, DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Access, Duty, useMe } from "../../api/me";
import { ChannelSchema } from "../../gen/baton/customer/v1/channel_pb";
import { type FollowUp, FollowUpStateSchema } from "../../gen/baton/customer/v1/follow_up_pb";
import { FollowUpService } from "../../gen/baton/customer/v1/follow_up_service_pb";
import { HistoryService } from "../../gen/baton/customer/v1/history_service_pb";
import { type Interaction, InteractionKindSchema } from "../../gen/baton/customer/v1/interaction_pb";
import { InteractionService } from "../../gen/baton/customer/v1/interaction_service_pb";
import type { ChainHistoryEntry } from "../../gen/baton/insight/v1/history_pb";
import { TraceService } from "../../gen/baton/insight/v1/trace_service_pb";

/** The object that something is about. */
export interface Target {
  kind: string;
  id: string;
}

/** Something that was said or done, or that is to be done, whichever list told of it. */
export interface Entry {
  kind: "INTERACTION" | "FOLLOW_UP";
  id: string;
  about?: Target;
  time?: Timestamp;
  ownerId: string;
  /** Values of the enums; 0 for what does not apply. */
  channel: number;
  type: number;
  state: number;
  text: string;
  /** What the customer made of it, or what came out. */
  feedback: string;
  dueTime?: Timestamp;
}

/** The entries of a line of time, the latest first. */
export interface History {
  entries: Entry[];
  isLoading: boolean;
  error: unknown;
  retry: () => void;
  /** Reads what was before; undefined at the beginning of time. */
  earlier?: () => void;
  isReading: boolean;
}

/** Entries that are read at a time. */
const AT_A_TIME = 30;

const numberOf = (of: DescEnum, word: string) => of.values.find((v) => v.localName === word)?.number ?? 0;

/** An interaction as an entry. */
export const ofInteraction = (i: Interaction): Entry => ({
  kind: "INTERACTION",
  id: i.id,
  about: i.about,
  time: i.happenedTime,
  ownerId: i.ownerId,
  channel: i.channel,
  type: i.kind,
  state: 0,
  text: i.summary,
  feedback: i.feedback,
});

/** A follow-up as an entry that stands where it was agreed on. */
export const ofFollowUp = (f: FollowUp): Entry => ({
  kind: "FOLLOW_UP",
  id: f.id,
  about: f.about,
  time: f.createTime,
  ownerId: f.ownerId,
  channel: 0,
  type: 0,
  state: f.state,
  text: f.title,
  feedback: f.result,
  dueTime: f.dueTime,
});

const ofChain = (e: ChainHistoryEntry): Entry => ({
  kind: e.kind === "FOLLOW_UP" ? "FOLLOW_UP" : "INTERACTION",
  id: e.id,
  about: e.about,
  time: e.time,
  ownerId: e.ownerId,
  channel: numberOf(ChannelSchema, e.channel),
  type: numberOf(InteractionKindSchema, e.type),
  state: numberOf(FollowUpStateSchema, e.state),
  text: e.subject,
  feedback: e.feedback,
  dueTime: e.dueTime,
});

/** A list that grows at its end. */
function useGrowing<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  entries: (answer: MessageShape<O>) => Entry[],
  enabled: boolean,
) {
  const transport = useTransport();
  const query = useInfiniteQuery({
    queryKey: ["list", method.parent.typeName, method.name, "growing", request],
    queryFn: ({ pageParam, signal }) => {
      const asked = { ...(request as object), pageSize: AT_A_TIME, pageToken: pageParam };
      return callUnaryMethod(transport, method, asked as unknown as MessageInitShape<I>, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => (last as unknown as { nextPageToken: string }).nextPageToken || undefined,
    enabled,
  });
  return { query, entries: query.data?.pages.flatMap(entries) ?? [] };
}

type Growing = ReturnType<typeof useGrowing>;

const at = (e: Entry) => (e.time ? timestampMs(e.time) : 0);

/**
 * Lists that each stand the latest first, as one. What is earlier than the end of one of them is not shown until that one has
 * grown: something may be missing in between.
 */
function merged(lists: Growing[]): History {
  const end = (l: Growing) => {
    const last = l.entries.at(-1);
    return l.query.hasNextPage && last ? at(last) : Number.NEGATIVE_INFINITY;
  };
  const horizon = Math.max(...lists.map(end));
  const behind = lists.filter((l) => l.query.hasNextPage && end(l) >= horizon);
  return {
    entries: lists
      .flatMap((l) => l.entries)
      .filter((e) => at(e) >= horizon)
      .toSorted((a, b) => at(b) - at(a)),
    isLoading: lists.some((l) => l.query.isLoading),
    error: lists.find((l) => l.query.error)?.query.error,
    retry: () => {
      for (const l of lists) void l.query.refetch();
    },
    earlier:
      behind.length > 0
        ? () => {
            for (const l of behind) void l.query.fetchNextPage();
          }
        : undefined,
    isReading: lists.some((l) => l.query.isFetchingNextPage),
  };
}

/**
 * The line of time of an object: of a customer all that was with it, of anything else what is about its whole chain where the
 * reader may see chains, and about the object itself where not.
 */
export function useHistory(about: Target): History {
  const me = useMe();
  const known = about.id !== "" && me.id !== "";
  const isParty = about.kind === "ACCOUNT";
  const inChain = !isParty && me.can(Duty.ANALYSIS, Access.READ);
  const mayRead = known && me.can(Duty.CUSTOMER, Access.READ);
  const chain = useGrowing(
    TraceService.method.listChainHistory,
    { kind: about.kind, id: about.id },
    (a) => a.entries.map(ofChain),
    known && inChain,
  );
  const own = useGrowing(
    HistoryService.method.listHistory,
    { about: [{ kind: about.kind, id: about.id }] },
    (a) =>
      a.entries.flatMap(({ entry }) =>
        entry.case === "interaction"
          ? [ofInteraction(entry.value)]
          : entry.case === "followUp"
            ? [ofFollowUp(entry.value)]
            : [],
      ),
    mayRead && !isParty && !inChain,
  );
  const said = useGrowing(
    InteractionService.method.listInteractions,
    { partyId: about.id },
    (a) => a.interactions.map(ofInteraction),
    mayRead && isParty,
  );
  // The list of follow-ups knows one order only, so here they stand where they are due.
  const planned = useGrowing(
    FollowUpService.method.listFollowUps,
    { partyId: about.id, orderBy: "due_time desc" },
    (a) => a.followUps.map((f) => ({ ...ofFollowUp(f), time: f.dueTime })),
    mayRead && isParty,
  );
  return merged(isParty ? [said, planned] : [inChain ? chain : own]);
}
