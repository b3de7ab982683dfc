import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { refresh, useRead } from "../../../api/calls";
import { Access, Duty, useMe } from "../../../api/me";
import { type Conversion, ConversionState, UndoState } from "../../../gen/baton/marketing/v1/conversion_pb";
import type { Lead } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";

/** How often a conversion that is under way is looked at. */
const LOOK_EVERY_MS = 1_000;

/** Whether something of a conversion is under way. */
export const isRunning = (c: Conversion | undefined) =>
  c?.state === ConversionState.RUNNING || c?.undo?.state === UndoState.RUNNING;

/** The latest conversion of a lead, followed while it is under way; when it ends the page is read again. */
export function useConversion(lead: Lead): Conversion | undefined {
  const me = useMe();
  const cache = useQueryClient();
  const enabled = me.can(Duty.MARKETING, Access.READ) || me.can(Duty.SALES, Access.READ);
  const [following, setFollowing] = useState(false);
  const { data } = useRead(
    LeadService.method.getConversion,
    { leadId: lead.id },
    { enabled, refetchInterval: following ? LOOK_EVERY_MS : false },
  );
  const conversion = data?.conversion;
  const now = isRunning(conversion);
  useEffect(() => {
    if (following && !now) void refresh(cache);
    setFollowing(now);
  }, [following, now, cache]);
  return conversion;
}
