import type { DescEnum } from "@bufbuild/protobuf";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { ContractStateSchema } from "../gen/baton/commerce/v1/contract_pb";
import { OrderStateSchema } from "../gen/baton/commerce/v1/order_pb";
import { PartyStateSchema } from "../gen/baton/customer/v1/party_pb";
import { CampaignStateSchema } from "../gen/baton/marketing/v1/campaign_pb";
import { LeadQualitySchema } from "../gen/baton/marketing/v1/lead_pb";
import { OpportunityStateSchema } from "../gen/baton/sales/v1/opportunity_pb";
import { ProjectStateSchema } from "../gen/baton/sales/v1/project_pb";
import { Pill, type Tone } from "./Pill";

/** How a state reads at a glance; what is not named here is neutral. */
const TONES: Record<string, Record<string, Tone>> = {
  LeadQuality: {
    NEW: "info",
    IDENTIFIED: "info",
    CONTACTED: "info",
    ACCEPTED: "success",
    CONVERTING: "warning",
    CONVERTED: "success",
  },
  LeadRouting: { UNROUTED: "warning", WITH_MANAGER: "info", WITH_SALESPERSON: "success" },
  OpportunityState: { OPEN: "info", WON: "success", LOST: "danger" },
  CommerceState: {
    OFFERED: "warning",
    HANDING_OVER: "warning",
    ACCEPTED: "info",
    HANDED_OVER: "success",
    RETURNED: "danger",
  },
  ProjectState: { PLANNED: "info", ACTIVE: "success", ON_HOLD: "warning", COMPLETED: "success", CANCELLED: "danger" },
  ProjectTaskState: { OPEN: "info", DONE: "success" },
  RiskLevel: { LOW: "success", MEDIUM: "warning", HIGH: "danger" },
  ContractState: { DRAFT: "neutral", ACTIVE: "success", FULFILLED: "success", TERMINATED: "danger" },
  OrderState: {
    CONFIRMED: "info",
    ACCEPTED: "info",
    PARTLY_SHIPPED: "warning",
    SHIPPED: "info",
    INVOICED: "info",
    PAID: "success",
    CLOSED: "success",
    CANCELLED: "danger",
  },
  CampaignState: { PLANNED: "info", RUNNING: "success", CANCELLED: "danger" },
  PartyState: { PROSPECT: "warning", ACCOUNT: "success", INVALID: "danger" },
  VerificationOutcome: { CONFIRMED: "success", UNREACHABLE: "warning", REFUSED: "warning", INVALID: "danger" },
  FollowUpState: { OPEN: "info", COMPLETED: "success" },
  HandoffState: { OFFERED: "warning", ACCEPTED: "success", RETURNED: "danger" },
  ConversionState: { RUNNING: "warning", COMPLETED: "success", REFUSED: "danger" },
  HandOverState: { RUNNING: "warning", COMPLETED: "success", REFUSED: "danger" },
  ApiKeyState: { ACTIVE: "success" },
  SecondFactorState: { PENDING: "warning", ACTIVE: "success" },
  SessionState: { ACTIVE: "success" },
  TeamState: { ACTIVE: "success" },
  PlacementState: { PLANNED: "info", IN_FORCE: "success", REFUSED: "danger" },
  IdentityState: { BOUND: "success" },
  LeaverHandoverState: {
    PLANNED: "info",
    RUNNING: "warning",
    STOPPED: "danger",
    DONE: "success",
    ROLLING_BACK: "warning",
    ROLLED_BACK: "neutral",
  },
  ExportState: { RUNNING: "warning", DONE: "success", STOPPED: "danger" },
  MemberState: { ACTIVE: "success", INACTIVE: "neutral" },
  ProductState: { ACTIVE: "success" },
  ImportOutcome: { CREATED: "success", UPDATED: "info", LINKED: "info", REFUSED: "danger" },
  HopOutcome: { MOVED_ON: "success", DONE: "success", LOST: "danger", OPEN: "info" },
  VisitOutcome: { OPEN: "info", MOVED_ON: "success", MOVED_BACK: "warning", WON: "success", LOST: "danger" },
};

/** The life cycle whose words the states of an object of the chain are. */
const LIVES: Record<string, DescEnum> = {
  LEAD: LeadQualitySchema,
  OPPORTUNITY: OpportunityStateSchema,
  PROJECT: ProjectStateSchema,
  CONTRACT: ContractStateSchema,
  ORDER: OrderStateSchema,
  CAMPAIGN: CampaignStateSchema,
  ACCOUNT: PartyStateSchema,
};

function text(group: string, value: string): string {
  const key = `words:${group}.${value}`;
  // A word that a newer service made up is shown as it is.
  return value === "" ? "" : i18next.exists(key) ? i18next.t(key as never) : value;
}

/** Words of the contracts in the reader's language. */
export function useWords() {
  // Named for the language: whoever uses words is drawn again when it changes.
  useTranslation("words");
  return {
    /** A value of an enum: `word(LeadQualitySchema, lead.quality)`. Empty for "not said". */
    word: (of: DescEnum, value: number) =>
      value === 0 ? "" : text(of.name, of.value[value]?.localName ?? String(value)),
    /** A kind of object: "LEAD". */
    kind: (kind: string) => text("Kind", kind),
    /** A kind of handoff: "LEAD_TO_MANAGER". */
    handoff: (kind: string) => text("HandoffKind", kind),
    /** A state of an object of the chain, as the trace tells it. */
    stateOf: (kind: string, state: string) => text(LIVES[kind]?.name ?? kind, state),
    /** A role by its code; one that the firm made up is its own name. */
    role: (code: string) => text("Role", code),
  };
}

/** All values of an enum as choices. */
export function useChoices(of: DescEnum, only?: readonly number[]) {
  const { word } = useWords();
  return of.values
    .filter((v) => v.number !== 0 && (only === undefined || only.includes(v.number)))
    .map((v) => ({ value: v.number, label: word(of, v.number) }));
}

/** The tone of a value of an enum. */
export const toneOf = (of: DescEnum, value: number): Tone =>
  TONES[of.name]?.[of.value[value]?.localName ?? ""] ?? "neutral";

/** A state as a pill: icon, word and tone. Nothing for "not said". */
export function State({ of, value }: { of: DescEnum; value: number }) {
  const { word } = useWords();
  if (value === 0) return null;
  return <Pill tone={toneOf(of, value)}>{word(of, value)}</Pill>;
}

/** A state of an object of the chain, as the trace tells it. */
export function NodeState({ kind, state }: { kind: string; state: string }) {
  const { stateOf } = useWords();
  if (!state) return null;
  return <Pill tone={TONES[LIVES[kind]?.name ?? ""]?.[state] ?? "neutral"}>{stateOf(kind, state)}</Pill>;
}
