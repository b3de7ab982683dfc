import { Duty } from "../../api/me";

/** A function whose offers stand on a board. */
export type FunctionName = "ROUTING" | "SALES" | "COMMERCE";

/** A kind of handoff, who answers it, and what is handed over. */
export interface Board {
  kind: "LEAD_TO_MANAGER" | "LEAD_TO_SALESPERSON" | "DEAL_TO_COMMERCE" | "ORDER_TO_ERP";
  /** The function that it waits for; what waits for the ERP waits for none. */
  functionName?: FunctionName;
  /** Who may answer it. */
  duty: Duty;
}

/** All boards, along the chain. */
export const BOARDS: Board[] = [
  { kind: "LEAD_TO_MANAGER", functionName: "ROUTING", duty: Duty.ROUTING },
  { kind: "LEAD_TO_SALESPERSON", functionName: "SALES", duty: Duty.SALES },
  { kind: "DEAL_TO_COMMERCE", functionName: "COMMERCE", duty: Duty.COMMERCE },
  { kind: "ORDER_TO_ERP", duty: Duty.COMMERCE },
];

/** How often it is looked whether something new waits. */
export const LOOK_EVERY_MS = 60_000;

/** The board of a kind of handoff. */
export const boardOf = (kind: string) => BOARDS.find((b) => b.kind === kind);
