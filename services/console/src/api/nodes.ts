import type { Transport } from "@connectrpc/connect";
import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { useQuery } from "@tanstack/react-query";
import type { TraceNode } from "../gen/baton/insight/v1/trace_pb";
import { TraceService } from "../gen/baton/insight/v1/trace_service_pb";

/** The most objects that are looked up in one call. */
const BATCH = 100;

interface Wanted {
  kind: string;
  id: string;
  told: (node: TraceNode | null) => void;
  failed: (cause: unknown) => void;
}

let waiting: Wanted[] = [];

/** Looks up what is asked for within one tick in as few calls as can be. */
function lookUp(transport: Transport, kind: string, id: string): Promise<TraceNode | null> {
  return new Promise((told, failed) => {
    waiting.push({ kind, id, told, failed });
    if (waiting.length > 1) return;
    setTimeout(() => {
      const all = waiting;
      waiting = [];
      for (let from = 0; from < all.length; from += BATCH) void ask(transport, all.slice(from, from + BATCH));
    }, 5);
  });
}

async function ask(transport: Transport, wanted: Wanted[]): Promise<void> {
  try {
    const objects = wanted.map(({ kind, id }) => ({ kind, id }));
    const answer = await callUnaryMethod(transport, TraceService.method.lookUpObjects, { objects });
    const found = new Map(answer.nodes.map((n) => [`${n.kind} ${n.id}`, n]));
    for (const w of wanted) w.told(found.get(`${w.kind} ${w.id}`) ?? null);
  } catch (cause) {
    for (const w of wanted) w.failed(cause);
  }
}

/** An object of the chain as it stands: undefined while that is not known, null if there is none. */
export function useNode(kind: string, id: string): TraceNode | null | undefined {
  const transport = useTransport();
  return useQuery({
    queryKey: ["nodes", kind, id],
    queryFn: () => lookUp(transport, kind, id),
    enabled: id !== "",
    staleTime: 60_000,
  }).data;
}
