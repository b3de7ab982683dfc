import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useRead } from "../api/calls";
import { Access, Duty, useMe } from "../api/me";
import { FollowUpState } from "../gen/baton/customer/v1/follow_up_pb";
import { FollowUpService } from "../gen/baton/customer/v1/follow_up_service_pb";
import { BoardService } from "../gen/baton/insight/v1/board_service_pb";

/** How often it is looked whether something new waits, where no live notice came. */
const LOOK_EVERY_MS = 60_000;

/** Now, to five minutes: a question that changes with every look would never be answered from memory. */
const lately = () => Math.floor(Date.now() / 300_000) * 300_000;

/** What waits for the reader: handoffs that are offered to him, and his follow-ups that are due. */
export function useWaiting() {
  const me = useMe();
  const often = { refetchInterval: LOOK_EVERY_MS, enabled: me.id !== "" } as const;
  const routing = useRead(BoardService.method.listHandoffs, { function: "ROUTING", toMe: true, pageSize: 50 }, often);
  const sales = useRead(BoardService.method.listHandoffs, { function: "SALES", toMe: true, pageSize: 50 }, often);
  const commerce = useRead(BoardService.method.listHandoffs, { function: "COMMERCE", toMe: true, pageSize: 50 }, often);
  const followUps = useRead(
    FollowUpService.method.listFollowUps,
    { ownerId: me.id, state: FollowUpState.OPEN, dueBeforeTime: timestampFromMs(lately()), pageSize: 50 },
    { ...often, enabled: often.enabled && me.can(Duty.CUSTOMER, Access.READ) },
  );
  const handoffs = [routing, sales, commerce].flatMap((q) => q.data?.rows ?? []);
  return { handoffs, followUps: followUps.data?.followUps ?? [] };
}

/** How many things wait for the reader. */
export function useWaitingCount(): number {
  const { handoffs, followUps } = useWaiting();
  return handoffs.length + followUps.length;
}
