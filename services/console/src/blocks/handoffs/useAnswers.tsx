import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useMembers } from "../../api/names";
import { FunctionSchema } from "../../gen/baton/directory/v1/grant_pb";
import type { BoardRow } from "../../gen/baton/insight/v1/board_service_pb";
import { HandoffState } from "../../gen/baton/type/v1/handoff_pb";
import { FormDialog } from "../Form";
import { useSay } from "../say";
import { useWords } from "../words";
import { boardOf } from "./boards";
import { useDealAnswers } from "./verbs/deal";
import { useLeadAnswers } from "./verbs/lead";
import type { Offered } from "./verbs/offered";
import { useOrderAnswers } from "./verbs/order";
import { useProjectAnswers } from "./verbs/project";

/** What an owner of handed over things offers: to take one and to give one back. */
interface Verbs {
  take: (of: Offered) => Promise<unknown>;
  giveBack?: (of: Offered, reason: string) => Promise<unknown>;
}

/** The verbs of the services that own what is handed over. */
const useVerbs = (): Record<string, Verbs> => ({
  LEAD: useLeadAnswers(),
  OPPORTUNITY: useDealAnswers(),
  PROJECT: useProjectAnswers(),
  ORDER: useOrderAnswers(),
});

/** How the reader answers offers. */
export interface Answers {
  /** Why he cannot answer this one, as a sentence; undefined if he can. */
  why: (row: BoardRow) => string | undefined;
  /** Whether it can be given back at all. */
  returnable: (row: BoardRow) => boolean;
  /** Takes it. What the service refuses is thrown. */
  take: (row: BoardRow) => Promise<unknown>;
  /** Takes it and says so, also if that was refused. */
  accept: (row: BoardRow) => Promise<void>;
  /** Asks why, then gives it back. */
  askReturn: (row: BoardRow) => void;
  /** The dialog that asks; to be shown somewhere on the page. */
  dialog: ReactNode;
}

/** Takes what is offered to the reader or his function, or gives it back with a reason, right at the owner of the thing. */
export function useAnswers(): Answers {
  const { t } = useTranslation("insight");
  const verbs = useVerbs();
  const say = useSay();
  const why = useWhy();
  const [returning, setReturning] = useState<BoardRow>();
  const verbsOf = (row: BoardRow) => verbs[row.handoff?.subject?.kind ?? ""];
  const of = (row: BoardRow) => ({ id: row.handoff?.subject?.id ?? "" });
  const take = async (row: BoardRow) => verbsOf(row)?.take(of(row));
  return {
    why: (row) => (verbsOf(row) ? why(row) : t("board.why.unknown")),
    returnable: (row) => verbsOf(row)?.giveBack !== undefined,
    take,
    accept: async (row) => {
      try {
        await take(row);
        say.done(t("board.accepted", { name: nameOf(row) }));
      } catch (cause) {
        say.refused(cause);
      }
    },
    askReturn: setReturning,
    dialog: (
      <FormDialog
        open={returning !== undefined}
        title={t("board.returnTitle", { name: returning ? nameOf(returning) : "" })}
        intro={<p className="hint">{t("board.returnHint")}</p>}
        okText={t("board.return")}
        fields={[{ name: "reason", label: t("board.reason"), kind: "area", required: true, max: 500 }]}
        submit={async ({ reason }) => {
          if (!returning) return;
          await verbsOf(returning)?.giveBack?.(of(returning), reason);
          say.done(t("board.returned", { name: nameOf(returning) }));
        }}
        onClose={() => setReturning(undefined)}
      />
    ),
  };
}

/** What an offer is called where there is room for one name. */
export const nameOf = (row: BoardRow) => row.title || row.number || "";

function useWhy() {
  const { t } = useTranslation("insight");
  const words = useWords();
  const me = useMe();
  const firm = useFirm();
  const { name } = useMembers();
  return (row: BoardRow): string | undefined => {
    const { kind = "", state, toMemberId = "" } = row.handoff ?? {};
    const duty = boardOf(kind)?.duty ?? Duty.UNSPECIFIED;
    if (state !== HandoffState.OFFERED) return t("board.why.answered");
    if (!me.can(duty, Access.WRITE)) return t("board.why.noRight", { duty: words.word(FunctionSchema, duty) });
    if (toMemberId && toMemberId !== me.id) return t("board.why.notYours", { name: name(toMemberId) });
    if (kind === "ORDER_TO_ERP" && firm?.erpSystem) return t("board.why.erp", { system: firm.erpSystem });
    return row.visible ? undefined : t("board.why.closed");
  };
}
