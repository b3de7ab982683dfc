import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useEffect, useState } from "react";
import { useList } from "../../../api/calls";
import { useMe } from "../../../api/me";
import { useFilters } from "../../../blocks/Filters";
import { type Party, PartyState } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";

/** Prospects that are looked through at once for the next one. */
const AHEAD = 200;

/** A number out of a text, the same each time. */
function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h >>> 0;
}

/** Who is tried least comes first, then who was tried longest ago; among equals each agent has an order of his own. */
function byNeed(agent: string) {
  return (a: Party, b: Party) =>
    a.verificationCount - b.verificationCount ||
    (a.lastVerificationTime ? timestampMs(a.lastVerificationTime) : 0) -
      (b.lastVerificationTime ? timestampMs(b.lastVerificationTime) : 0) ||
    hash(agent + a.id) - hash(agent + b.id);
}

/** The prospects that wait to be verified, one after the other; each comes once in a round. */
export function useQueue() {
  const me = useMe();
  const [f] = useFilters();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const list = useList(
    PartyService.method.listProspects,
    {
      state: PartyState.PROSPECT,
      ownerId: f.owner ?? "",
      territoryId: f.territory ?? "",
      industry: f.industry ?? "",
      sourceKind: f.campaign ? "CAMPAIGN" : "",
      sourceId: f.campaign ?? "",
    },
    (a) => a.prospects,
    { pageSize: AHEAD },
  );
  const waiting = list.rows.filter((p) => !done.has(p.id)).toSorted(byNeed(me.id));
  const { next, isFetching } = list;
  const isThrough = waiting.length === 0 && list.rows.length > 0;
  useEffect(() => {
    if (isThrough && !isFetching) next?.();
  }, [isThrough, isFetching, next]);
  return {
    list,
    current: waiting[0],
    /** Goes on to the next one. */
    pass: (id: string) => setDone((before) => new Set(before).add(id)),
    /** Begins a new round with whoever is still not verified. */
    again: () => setDone(new Set()),
    isThrough: isThrough && !next && !isFetching,
  };
}
