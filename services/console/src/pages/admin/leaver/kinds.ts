import { LeaverHandoverState } from "../../../gen/baton/directory/v1/leaver_handover_pb";

/** The kinds of records that somebody can hold, as the contract of a rule names them. */
export const HELD_KINDS = [
  "ACCOUNT",
  "FOLLOW_UP",
  "CAMPAIGN",
  "LEAD",
  "OPPORTUNITY",
  "PROJECT",
  "CONTRACT",
  "ORDER",
] as const;

const { PLANNED, RUNNING, STOPPED, ROLLING_BACK } = LeaverHandoverState;

/** Whether the plan can still be changed, previewed and carried out or on with. */
export const isOpen = (state: LeaverHandoverState) => state === PLANNED || state === STOPPED;

/** Whether records move just now. */
export const isMoving = (state: LeaverHandoverState) => state === RUNNING || state === ROLLING_BACK;
