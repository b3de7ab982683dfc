import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { useTranslation } from "react-i18next";
import type { Source } from "../gen/baton/type/v1/source_pb";
import type { Column } from "./DataTable";
import { type Linked, ObjectName, RecordLink } from "./Objects";
import { MemberName, TerritoryName } from "./People";
import { SourceName } from "./SourceName";
import { When } from "./When";
import { useWords } from "./words";

/** What a list says otherwise of a column that many lists have. */
type Own<Row> = Partial<Omit<Column<Row>, "key">>;

/**
 * The columns that many lists have: each is shown, written to files and ordered the same way in all of them. Where the columns of a
 * list are written down they are called for by name: `...[shared.number("LEAD"), shared.owner()]`.
 */
export function useSharedColumns() {
  const { t } = useTranslation();
  const { kind } = useWords();
  const member = <Row,>(key: "owner" | "credit", id: (row: Row) => string, own?: Own<Row>): Column<Row> => ({
    key,
    title: t(`list.${key}`),
    width: 110,
    render: (r) => <MemberName id={id(r)} />,
    field: key,
    ...own,
  });
  return {
    /** The number, as a link to the record where its kind is given. */
    number: <Row extends { id: string; number: string }>(kind?: Linked, own?: Own<Row>): Column<Row> => ({
      key: "number",
      title: t("list.number"),
      width: 140,
      render: (r) =>
        kind ? (
          <RecordLink kind={kind} id={r.id}>
            {r.number}
          </RecordLink>
        ) : (
          r.number
        ),
      field: "number",
      ...own,
    }),
    /** The customer, under the name that the list has for it. */
    party: <Row extends { partyId: string }>(title: string, own?: Own<Row>): Column<Row> => ({
      key: "party",
      title,
      width: 180,
      render: (r) => <ObjectName kind="ACCOUNT" id={r.partyId} />,
      field: "party",
      ...own,
    }),
    /** What it is about besides the customer, under the name that the list has for that. */
    about: <Row extends { about?: { kind: string; id: string } }>(title: string, own?: Own<Row>): Column<Row> => ({
      key: "about",
      title,
      width: 180,
      render: ({ about }) =>
        about && about.kind !== "ACCOUNT" ? (
          <>
            {kind(about.kind)} · <ObjectName kind={about.kind} id={about.id} />
          </>
        ) : (
          "—"
        ),
      field: ["about.kind", "about"],
      ...own,
    }),
    owner: <Row extends { ownerId: string }>(own?: Own<Row>) => member<Row>("owner", (r) => r.ownerId, own),
    /** For whom it counts in figures, which need not be its owner any more. */
    credit: <Row extends { creditId: string }>(own?: Own<Row>) => member<Row>("credit", (r) => r.creditId, own),
    territory: <Row extends { territoryId: string }>(own?: Own<Row>): Column<Row> => ({
      key: "territory",
      title: t("list.territory"),
      width: 110,
      render: (r) => <TerritoryName id={r.territoryId} />,
      field: "territory",
      ...own,
    }),
    source: <Row extends { source?: Source }>(own?: Own<Row>): Column<Row> => ({
      key: "source",
      title: t("list.source"),
      width: 150,
      render: (r) => <SourceName source={r.source} />,
      field: "source.kind",
      ...own,
    }),
    created: <Row extends { createTime?: Timestamp }>(own?: Own<Row>): Column<Row> => ({
      key: "created",
      title: t("list.created"),
      width: 120,
      render: (r) => <When at={r.createTime} />,
      field: "createTime",
      sort: { down: "create_time desc" },
      ...own,
    }),
  };
}
