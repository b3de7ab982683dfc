import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { Pages } from "../../../blocks/DataTable";
import { RecordLink } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { Pill } from "../../../blocks/Pill";
import { Empty, Failure, Waiting } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { useWords } from "../../../blocks/words";
import type { HeldRecord, LeaverHandover } from "../../../gen/baton/directory/v1/leaver_handover_pb";
import { LeaverHandoverService } from "../../../gen/baton/directory/v1/leaver_handover_service_pb";
import { HELD_KINDS } from "./kinds";

/** The records that the leaver holds, kind by kind, with who takes each over. */
export function Held({ handover }: { handover: LeaverHandover }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const [kind, setKind] = useState<string>(HELD_KINDS[0]);
  const list = useList(
    LeaverHandoverService.method.listHeldRecords,
    { id: handover.id, kind },
    (answer) => answer.records,
    { count: false },
  );
  return (
    <div className="stack">
      <div className="bar">
        <Select
          aria-label={t("leaver.kind")}
          value={kind}
          onChange={setKind}
          popupMatchSelectWidth={false}
          style={{ minWidth: 160 }}
          options={HELD_KINDS.map((each) => ({ value: each, label: words.kind(each) }))}
        />
      </div>
      {list.error ? (
        <Failure error={list.error} retry={list.retry} />
      ) : list.isLoading ? (
        <Waiting />
      ) : list.rows.length === 0 ? (
        <Empty title={t("leaver.held.none", { kind: words.kind(kind) })} hint={t("leaver.held.noneHint")} />
      ) : (
        <Table
          rows={list.rows}
          rowKey={(r) => r.id}
          columns={[
            { key: "record", title: t("leaver.held.record"), width: 320, render: (r) => <HeldName record={r} /> },
            {
              key: "open",
              title: t("leaver.held.state"),
              render: (r) => (
                <Pill tone={r.open ? "info" : "neutral"}>{t(r.open ? "leaver.held.open" : "leaver.held.closed")}</Pill>
              ),
            },
            { key: "successor", title: t("leaver.successor"), render: (r) => <MemberName id={r.successorId} /> },
          ]}
        />
      )}
      <Pages list={list} />
    </div>
  );
}

/** A record by number and title; who may not open it reads so. */
function HeldName({ record: r }: { record: HeldRecord }) {
  const { t } = useTranslation();
  const { kind } = useWords();
  if (!r.number && !r.title) return <span className="hint">{t("record.closed", { kind: kind(r.kind) })}</span>;
  return (
    <RecordLink kind={r.kind} id={r.id}>
      {r.number} {r.title}
    </RecordLink>
  );
}
