import type { TraceNode } from "../../gen/baton/insight/v1/trace_pb";

/** An object of a chain and its place in the picture. */
export interface Placed {
  key: string;
  node: TraceNode;
  /** Column, from 0: what something came from stands left of it. */
  column: number;
  /** Row, from 0; halves where something stands between what came from it. */
  row: number;
  /** What it came from, the source first, as far as that is in the picture. */
  parents: string[];
}

/** A chain as a layered picture. */
export interface Layout {
  placed: Placed[];
  columns: number;
  rows: number;
}

/** The name of an object within a picture. */
export const keyOf = (object: { kind: string; id: string }) => `${object.kind} ${object.id}`;

/**
 * Places the objects of a chain, left to right by how far they are from a root. They are told roots first, each before what
 * came from it. Every object has rows of its own for what came from it, so nothing overlaps.
 */
export function layOut(nodes: TraceNode[]): Layout {
  const placed = new Map<string, Placed>();
  for (const node of nodes) {
    const from = [...(node.source ? [node.source] : []), ...node.furtherSources].map(keyOf);
    const parents = [...new Set(from)].filter((key) => placed.has(key));
    const column = Math.max(-1, ...parents.map((key) => placed.get(key)?.column ?? -1)) + 1;
    placed.set(keyOf(node), { key: keyOf(node), node, column, row: 0, parents });
  }
  const all = [...placed.values()];
  const children = (of: Placed, further: boolean) =>
    all.filter((p) => p.parents.includes(of.key) && (p.parents[0] === of.key) !== further);
  moveBesideWhatTheyJoined(all);
  const rows = giveRows(
    all.filter((p) => p.parents.length === 0),
    (of) => children(of, false),
    (of) => children(of, true),
  );
  return { placed: all, columns: Math.max(0, ...all.map((p) => p.column + 1)), rows };
}

/** A root stands right before the first of what came from it, so that its line crosses no other object. */
function moveBesideWhatTheyJoined(all: Placed[]): void {
  for (const root of all.filter((p) => p.parents.length === 0)) {
    const columns = all.filter((p) => p.parents.includes(root.key)).map((p) => p.column);
    if (columns.length > 0) root.column = Math.max(0, Math.min(...columns) - 1);
  }
}

function giveRows(roots: Placed[], children: (of: Placed) => Placed[], joined: (of: Placed) => Placed[]): number {
  let next = 0;
  const done = new Set<string>();
  const place = (at: Placed): void => {
    done.add(at.key);
    const below = children(at);
    for (const child of below) place(child);
    at.row = below.length === 0 ? next++ : ((below[0]?.row ?? 0) + (below.at(-1)?.row ?? 0)) / 2;
  };
  const waiting = [...roots];
  while (waiting.length > 0) {
    // Next to a tree stand the roots that joined something in it.
    const at = waiting.findIndex((root) => joined(root).some((p) => done.has(p.key)));
    const [root] = waiting.splice(Math.max(0, at), 1);
    if (root) place(root);
  }
  return next;
}
