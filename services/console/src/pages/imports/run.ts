import type { Transport } from "@connectrpc/connect";
import { useSyncExternalStore } from "react";
import { newId } from "../../api/ids";
import { passing, type Refusal, refusal } from "../../api/refusal";
import { ImportOutcome } from "../../gen/baton/type/v1/import_pb";
import type { Options, Row, RowProblem } from "./model";
import { send } from "./send";
import type { Target } from "./targets";

/** Rows of one call: few enough that a pause is soon, and that nobody else waits long for the store. */
const BATCH = 200;
/** Tries of a batch while the service is away, ever more rarely. */
const TRIES = 5;

/** What is to be imported. */
export interface Plan {
  target: Target;
  /** Name of the file, for reports. */
  file: string;
  header: string[];
  rows: Row[];
  options: Options;
  /** Only tells what would happen. */
  rehearsal: boolean;
}

/** A row that was refused, and why. */
export interface Refused {
  row: Row;
  problems: RowProblem[];
}

/** An import as far as it is. */
export interface Run {
  plan: Plan;
  state: "running" | "paused" | "broken" | "done";
  /** Rows that are through. */
  done: number;
  counts: Partial<Record<ImportOutcome, number>>;
  refused: Refused[];
  /** Why it broke off. */
  why?: Refusal;
  /** Milliseconds spent on the rows that are through. */
  spent: number;
}

let current: Run | undefined;
let id = "";
const listeners = new Set<() => void>();

function put(next: Run | undefined) {
  current = next;
  for (const listener of listeners) listener();
}

/** The import of this browser window, also after its page was left. */
export const useRun = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );

/** Begins an import. Rows that cannot be read are refused without being sent. */
export function begin(transport: Transport, plan: Plan, ended: () => void): void {
  id = newId();
  const refused = plan.rows.filter((r) => r.problems.length > 0).map((row) => ({ row, problems: row.problems }));
  const counts = refused.length > 0 ? { [ImportOutcome.REFUSED]: refused.length } : {};
  put({ plan, state: "running", done: refused.length, counts, refused, spent: 0 });
  void work(transport, id, ended);
}

/** Stops after the batch that is under way. */
export const pause = () => current?.state === "running" && put({ ...current, state: "paused" });

/** Goes on where it stopped: a batch that broke off is sent again under the same name. */
export function resume(transport: Transport, ended: () => void): void {
  if (!current || current.state === "running" || current.state === "done") return;
  put({ ...current, state: "running", why: undefined });
  if (!busy) void work(transport, id, ended);
}

/** Puts the import away. */
export const forget = () => put(undefined);

/** Whether a batch is under way. */
let busy = false;

async function work(transport: Transport, mine: string, ended: () => void): Promise<void> {
  busy = true;
  try {
    await batches(transport, mine);
  } finally {
    busy = false;
  }
  if (id === mine && current?.state === "done" && !current.plan.rehearsal) ended();
}

async function batches(transport: Transport, mine: string): Promise<void> {
  const plan = current?.plan;
  if (!plan) return;
  const rows = plan.rows.filter((r) => r.problems.length === 0);
  const keys = new Set(plan.rows.map((r) => r.key));
  const bad = plan.rows.length - rows.length;
  const alive = () => id === mine && current?.state === "running";
  while (alive() && current) {
    const at = current.done - bad;
    const batch = rows.slice(at, at + BATCH);
    if (batch.length === 0) return put({ ...current, state: "done" });
    const from = Date.now();
    try {
      const how = { ...plan.options, validateOnly: plan.rehearsal, keys };
      const requestId = plan.rehearsal ? "" : `import-${mine}-${at}`;
      const results = await patiently(alive, () => send(transport, plan.target.key, batch, { ...how, requestId }));
      if (id !== mine || !current) return;
      const counts = { ...current.counts };
      for (const r of results) counts[r.outcome] = (counts[r.outcome] ?? 0) + 1;
      const refused = batch.flatMap((row, i) => {
        const result = results[i];
        return result?.outcome === ImportOutcome.REFUSED ? [{ row, problems: result.problems }] : [];
      });
      put({
        ...current,
        done: current.done + batch.length,
        counts,
        refused: [...current.refused, ...refused],
        spent: current.spent + Date.now() - from,
      });
    } catch (cause) {
      if (id === mine && current) put({ ...current, state: "broken", why: refusal(cause) });
      return;
    }
  }
}

/** Tries again while the service is away, for a while. */
async function patiently<T>(alive: () => boolean, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (cause) {
      if (!passing(cause) || tried >= TRIES || !alive()) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** tried));
    }
  }
}
