import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { newId } from "./ids";

/** Rows of a page where a page does not say otherwise. */
export const PAGE_SIZE = 50;

interface Paged {
  nextPageToken: string;
  totalSize?: bigint;
  totalCapped?: boolean;
}

/** What a list was asked for. */
export interface Asked {
  of: DescMessage;
  request: unknown;
}

/** A page of a list and the way to its neighbours. */
export interface ListPage<Row> {
  rows: Row[];
  isLoading: boolean;
  isFetching: boolean;
  error: unknown;
  retry: () => void;
  /** Place of the first row, from 0. */
  from: number;
  /** How many there are, if the list counts; `capped` if there are more than that. */
  total?: number;
  capped?: boolean;
  next?: () => void;
  previous?: () => void;
  /** What it was asked for, to ask for all of it. */
  asked?: () => Asked;
}

/**
 * Reads a list page by page. `request` is what the page shows; when it changes the list begins anew.
 * `rows` picks the rows of an answer.
 */
export function useList<I extends DescMessage, O extends DescMessage, Row>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  rows: (answer: MessageShape<O>) => Row[],
  options: { pageSize?: number; enabled?: boolean; count?: boolean } = {},
): ListPage<Row> & {
  /** What the list tells besides its rows. */
  answer?: MessageShape<O>;
} {
  const transport = useTransport();
  const { pageSize = PAGE_SIZE, enabled = true, count = true } = options;
  const shown = text(request);
  // The tokens of the pages up to this one; they hold for one request only.
  const [trail, setTrail] = useState<{ of: string; tokens: string[] }>({ of: shown, tokens: [""] });
  const tokens = trail.of === shown ? trail.tokens : [""];
  const asked = {
    ...(request as object),
    pageSize,
    pageToken: tokens.at(-1) ?? "",
    ...(count ? { count: true } : {}),
  } as unknown as MessageInitShape<I>;
  const query = useQuery({
    queryKey: ["list", method.parent.typeName, method.name, shown, pageSize, tokens.at(-1)],
    queryFn: ({ signal }) => callUnaryMethod(transport, method, asked, { signal }),
    placeholderData: keepPreviousData,
    enabled,
  });
  const answer = query.data as (MessageShape<O> & Paged) | undefined;
  const nextToken = answer?.nextPageToken ?? "";
  return {
    answer,
    asked: () => ({ of: method.input, request }),
    rows: answer ? rows(answer) : [],
    isLoading: query.isPending && enabled,
    isFetching: query.isFetching,
    error: query.error,
    retry: () => void query.refetch(),
    from: (tokens.length - 1) * pageSize,
    total: answer?.totalSize === undefined ? undefined : Number(answer.totalSize),
    capped: answer?.totalCapped,
    next:
      nextToken && !query.isPlaceholderData ? () => setTrail({ of: shown, tokens: [...tokens, nextToken] }) : undefined,
    previous: tokens.length > 1 ? () => setTrail({ of: shown, tokens: tokens.slice(0, -1) }) : undefined,
  };
}

/** Reads one answer, kept under its method and request. */
export function useRead<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  options: {
    enabled?: boolean;
    staleTime?: number;
    /** How soon it is read again, by the answer where that tells. */
    refetchInterval?: number | false | ((query: { state: { data?: MessageShape<O> } }) => number | false);
  } = {},
) {
  const transport = useTransport();
  const shown = text(request);
  return useQuery({
    queryKey: ["read", method.parent.typeName, method.name, shown],
    queryFn: ({ signal }) => callUnaryMethod(transport, method, request, { signal }),
    placeholderData: undefined,
    ...options,
  });
}

/**
 * Does something. A request keeps its id until it was done, so trying the same once more after a broken line is the same
 * act. What was read before is read again.
 */
export function useAct<I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>) {
  const transport = useTransport();
  const cache = useQueryClient();
  const ids = useRef(new Map<string, string>());
  const named = method.input.fields.some((f) => f.name === "request_id");
  return useMutation({
    mutationFn: async (request: MessageInitShape<I>) => {
      const shown = text(request);
      const requestId = ids.current.get(shown) ?? newId();
      ids.current.set(shown, requestId);
      const asked = (named ? { requestId, ...request } : request) as MessageInitShape<I>;
      const answer = await callUnaryMethod(transport, method, asked);
      ids.current.delete(shown);
      return answer;
    },
    onSuccess: () => refresh(cache),
  });
}

/**
 * Does something of which there is more to come: nothing is read again after each call, so whoever makes them does that at
 * the end with `refresh`.
 */
export function useCall<I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>) {
  const transport = useTransport();
  const named = method.input.fields.some((f) => f.name === "request_id");
  return (request: MessageInitShape<I>) => {
    const asked = (named ? { requestId: newId(), ...request } : request) as MessageInitShape<I>;
    return callUnaryMethod(transport, method, asked);
  };
}

/** A request as a text to know it by. */
export const text = (request: unknown) => JSON.stringify(request, (_, v) => (typeof v === "bigint" ? v.toString() : v));

/** A value once it has stood for a moment: for questions that are asked while somebody types. */
export function useSettled<T>(value: T, ms = 350): T {
  const [settled, setSettled] = useState(value);
  const now = text(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says whether the value is another
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [now, ms]);
  return settled;
}

/** Reads again whatever pages show: one act may change what many of them say. */
export async function refresh(cache: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all([
    cache.invalidateQueries({ queryKey: ["list"] }),
    cache.invalidateQueries({ queryKey: ["read"] }),
    cache.invalidateQueries({ queryKey: ["nodes"] }),
  ]);
}
