import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { WatchService } from "../gen/baton/insight/v1/watch_service_pb";

/** What moved is gathered for so long before pages read again: a load of a thousand rows is one change to who looks on. */
const GATHER_MS = 2_000;
/** The longest pause between two attempts to listen. */
const PAUSE_MAX_MS = 30_000;

/** Whether a query asks a service: the second part of its key is the name of the service, e.g. "baton.sales.v1.…". */
function asks(key: readonly unknown[], services: ReadonlySet<string>): boolean {
  const [kind, name] = key;
  if (kind === "nodes") return true;
  if (typeof name !== "string") return false;
  const service = name.split(".")[1] ?? "";
  // Insight shows what all others say.
  return services.has(service) || service === "insight";
}

/** Reads again whatever is on the screen when a service says that something changed; only while somebody looks. */
export function useLive(): void {
  const transport = useTransport();
  const cache = useQueryClient();
  useEffect(() => {
    let stop = new AbortController();
    let gathered = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const services = gathered;
      gathered = new Set();
      void cache.invalidateQueries({ predicate: (query) => asks(query.queryKey, services) });
    };
    const listen = async (signal: AbortSignal) => {
      let first = true;
      // A stream lasts for as long as the page: it has no time limit.
      for await (const { moved } of createClient(WatchService, transport).watch({}, { signal, timeoutMs: 0 })) {
        if (!first) for (const { producer } of moved) gathered.add(producer);
        if (gathered.size > 0) timer ??= setTimeout(flush, GATHER_MS);
        first = false;
      }
    };
    const keep = async (signal: AbortSignal) => {
      for (let pause = 1_000; !signal.aborted; pause = Math.min(pause * 2, PAUSE_MAX_MS)) {
        const began = Date.now();
        await listen(signal).catch(() => undefined);
        if (Date.now() - began > PAUSE_MAX_MS) pause = 1_000;
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, pause));
      }
    };
    const turn = () => {
      stop.abort();
      stop = new AbortController();
      if (document.visibilityState === "visible") void keep(stop.signal);
    };
    turn();
    document.addEventListener("visibilitychange", turn);
    return () => {
      document.removeEventListener("visibilitychange", turn);
      stop.abort();
      clearTimeout(timer);
    };
  }, [transport, cache]);
}
