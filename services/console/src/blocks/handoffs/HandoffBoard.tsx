import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { type BoardRow, BoardService } from "../../gen/baton/insight/v1/board_service_pb";
import { HandoffState } from "../../gen/baton/type/v1/handoff_pb";
import { span } from "../../i18n/format";
import { type Column, DataTable } from "../DataTable";
import { MemberName } from "../People";
import { When } from "../When";
import type { Board } from "./boards";
import { AnswerButtons, OfferCard, Standing, Subject, useReceiver } from "./parts";
import { nameOf, useAnswers } from "./useAnswers";

interface Props {
  board: Board;
  /** Where they stand; those that wait unless said. */
  state?: HandoffState;
  overdue?: boolean;
  toMe?: boolean;
  orderBy?: string;
  onOrder?: (orderBy: string | undefined) => void;
}

/** A board: what waits for one function, what is due first on top, each answered right there. */
export function HandoffBoard({ board, state, overdue, toMe, orderBy, onOrder }: Props) {
  const { t } = useTranslation("insight");
  const answers = useAnswers();
  const list = useList(
    BoardService.method.listHandoffs,
    { kind: board.kind, state, overdue, toMe, orderBy },
    (a) => a.rows,
  );
  const answered = (state || HandoffState.OFFERED) !== HandoffState.OFFERED;
  return (
    <>
      <DataTable<BoardRow>
        name={answered ? "handoffs-answered" : "handoffs"}
        list={list}
        file="handoffs"
        columns={useColumns(answered, answers)}
        rowKey={(row) => row.handoff?.id ?? ""}
        rowName={nameOf}
        orderBy={orderBy ?? "due_time"}
        onOrder={onOrder}
        bulk={
          answered
            ? undefined
            : [{ key: "accept", label: t("board.accept"), prepare: async () => (row) => answers.take(row) }]
        }
        card={(row) => <OfferCard row={row} answers={answers} />}
        empty={{ title: t(answered ? "board.noneAnswered" : "board.none"), hint: t("board.noneHint") }}
      />
      {answers.dialog}
    </>
  );
}

function useColumns(answered: boolean, answers: ReturnType<typeof useAnswers>): Column<BoardRow>[] {
  const { t } = useTranslation("insight");
  const receiver = useReceiver();
  return [
    {
      key: "subject",
      title: t("board.subject"),
      width: 300,
      render: (row) => <Subject row={row} />,
      field: ["number", "title"],
    },
    {
      key: "state",
      title: t("board.state"),
      width: 130,
      render: (row) => <Standing row={row} />,
      field: ["handoff.state", "overdue"],
    },
    {
      key: "waited",
      title: t(answered ? "board.answerTook" : "board.waited"),
      width: 110,
      align: "right",
      render: (row) => span(row.waitS),
      field: "waitS",
    },
    {
      key: "due",
      title: t("board.due"),
      width: 110,
      hidden: answered,
      sort: { up: "due_time" },
      render: (row) => (row.handoff?.dueTime ? <When at={row.handoff.dueTime} /> : t("board.noLimit")),
      field: "handoff.dueTime",
    },
    {
      key: "offered",
      title: t("board.offered"),
      width: 120,
      sort: { up: "offer_time" },
      render: (row) => <When at={row.handoff?.offerTime} />,
      field: "handoff.offerTime",
    },
    {
      key: "from",
      title: t("board.from"),
      width: 120,
      render: (row) => <MemberName id={row.handoff?.fromMemberId ?? ""} />,
      field: "handoff.fromMember",
    },
    { key: "to", title: t("board.to"), width: 100, render: receiver, field: "handoff.toMember" },
    {
      key: "escalated",
      title: t("board.escalatedTo"),
      width: 120,
      hidden: true,
      render: (row) => <MemberName id={row.handoff?.escalatedToId ?? ""} />,
      field: "handoff.escalatedTo",
    },
    ...(answered
      ? [
          {
            key: "answeredBy",
            title: t("board.answeredBy"),
            width: 120,
            render: (row: BoardRow) => <MemberName id={row.handoff?.answeredById ?? ""} />,
            field: "handoff.answeredBy",
          },
          {
            key: "answerTime",
            title: t("board.answerTime"),
            width: 120,
            render: (row: BoardRow) => <When at={row.handoff?.answerTime} />,
            field: "handoff.answerTime",
          },
          {
            key: "reason",
            title: t("board.reason"),
            width: 200,
            render: (row: BoardRow) => row.handoff?.reason || "—",
            field: "handoff.reason",
          },
        ]
      : [
          {
            key: "answer",
            title: t("board.answer"),
            width: 180,
            render: (row: BoardRow) => <AnswerButtons row={row} answers={answers} />,
          },
        ]),
  ];
}
