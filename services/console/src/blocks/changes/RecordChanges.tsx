import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { AuditService } from "../../gen/baton/insight/v1/audit_service_pb";
import { Pages } from "../DataTable";
import { Empty, Failure, Waiting } from "../states";
import { Table } from "../Table";
import { When } from "../When";
import { ChangedBy, ChangedFields, ChangedWay } from "./parts";
import { useChangeWords } from "./useChangeWords";

/** What was changed of a record, by whom, by which way, and what it was before; newest first. */
export function RecordChanges({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation("changes");
  const { did } = useChangeWords();
  const list = useList(AuditService.method.listChanges, { kind, id }, (answer) => answer.changes, {
    pageSize: 20,
    count: false,
  });
  if (list.error && list.rows.length === 0) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting />;
  if (list.rows.length === 0) return <Empty title={t("none")} hint={t("noneHint")} />;
  return (
    <section className="stack" aria-label={t("title")}>
      <Table
        rows={list.rows}
        rowKey={(change) => change.id}
        columns={[
          { key: "time", title: t("time"), width: 150, render: (c) => <When at={c.time} exact /> },
          { key: "who", title: t("who"), width: 120, render: (c) => <ChangedBy change={c} /> },
          { key: "what", title: t("what"), width: 140, render: (c) => did(c.verb) },
          { key: "fields", title: t("fields"), width: 380, render: (c) => <ChangedFields change={c} /> },
          { key: "way", title: t("way"), width: 130, render: (c) => <ChangedWay change={c} /> },
        ]}
      />
      <Pages list={list} />
    </section>
  );
}
