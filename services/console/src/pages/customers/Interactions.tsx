import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { useSharedColumns } from "../../blocks/columns";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { EditInteraction, LogInteraction } from "../../blocks/history/LogInteraction";
import { ObjectName } from "../../blocks/Objects";
import { MemberName } from "../../blocks/People";
import { When } from "../../blocks/When";
import { useChoices, useWords } from "../../blocks/words";
import { ChannelSchema } from "../../gen/baton/customer/v1/channel_pb";
import { type Interaction, InteractionKindSchema } from "../../gen/baton/customer/v1/interaction_pb";
import { InteractionService } from "../../gen/baton/customer/v1/interaction_service_pb";

/** What was said and done with customers, on every channel. */
export function Interactions() {
  const { t } = useTranslation(["customers", "common"]);
  const mayWrite = useMe().can(Duty.CUSTOMER, Access.WRITE);
  const [filters, set] = useFilters();
  const [logging, setLogging] = useState(false);
  const [corrected, setCorrected] = useState<Interaction>();
  useNew(mayWrite, () => setLogging(true));
  const list = useList(
    InteractionService.method.listInteractions,
    {
      partyId: filters.party,
      channel: Number(filters.channel ?? 0),
      kind: Number(filters.kind ?? 0),
      ownerId: filters.owner,
      orderBy: filters.order,
    },
    (a) => a.interactions,
  );
  const add = (
    <Button type="primary" onClick={() => setLogging(true)}>
      {t("history.logCall")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("interactions.title")}</h1>
        <span className="grow" />
        {mayWrite && add}
      </div>
      <FilterBar
        page="interactions"
        filters={[
          { key: "party", label: t("history.customer"), kind: "party" },
          { key: "kind", label: t("history.kind"), kind: "choice", options: useChoices(InteractionKindSchema) },
          { key: "channel", label: t("history.channel"), kind: "choice", options: useChoices(ChannelSchema) },
          { key: "owner", label: t("interactions.by"), kind: "member" },
        ]}
      />
      <DataTable<Interaction>
        name="interactions"
        list={list}
        file="interactions"
        columns={useColumns(mayWrite ? setCorrected : undefined)}
        rowKey={(i) => i.id}
        rowName={(i) => i.summary}
        orderBy={filters.order ?? "happened_time desc"}
        onOrder={(order) => set({ order })}
        card={(i) => <InteractionCard of={i} onEdit={mayWrite ? setCorrected : undefined} />}
        empty={{ title: t("interactions.none"), hint: t("interactions.noneHint"), action: mayWrite ? add : undefined }}
      />
      <LogInteraction open={logging} onClose={() => setLogging(false)} />
      {corrected && <EditInteraction key={corrected.id} open onClose={() => setCorrected(undefined)} of={corrected} />}
    </div>
  );
}

type Edit = (interaction: Interaction) => void;

function useColumns(edit: Edit | undefined): Column<Interaction>[] {
  const { t } = useTranslation(["customers", "common"]);
  const { word } = useWords();
  const shared = useSharedColumns();
  return [
    {
      key: "happened",
      title: t("history.happened"),
      width: 130,
      render: (i) => <When at={i.happenedTime} />,
      field: "happenedTime",
      sort: { up: "happened_time", down: "happened_time desc" },
    },
    {
      key: "kind",
      title: t("history.kind"),
      width: 100,
      render: (i) => word(InteractionKindSchema, i.kind),
      field: "kind",
    },
    {
      key: "channel",
      title: t("history.channel"),
      width: 110,
      render: (i) => word(ChannelSchema, i.channel),
      field: "channel",
    },
    shared.party(t("history.customer"), { width: 200 }),
    shared.about(t("history.about")),
    {
      key: "summary",
      title: t("history.summary"),
      width: 280,
      render: (i) => <span title={i.summary}>{i.summary}</span>,
      field: "summary",
    },
    {
      key: "feedback",
      title: t("history.feedback"),
      width: 200,
      render: (i) => <span title={i.feedback}>{i.feedback || "—"}</span>,
      field: "feedback",
    },
    shared.owner({ title: t("interactions.by") }),
    ...(edit
      ? [{ key: "acts", title: t("actions"), width: 70, render: (i: Interaction) => <EditButton of={i} edit={edit} /> }]
      : []),
  ];
}

function EditButton({ of, edit }: { of: Interaction; edit: Edit }) {
  const { t } = useTranslation("customers");
  return (
    <Button
      type="text"
      size="small"
      icon={<EditOutlined aria-hidden />}
      aria-label={t("history.edit")}
      title={t("history.edit")}
      onClick={() => edit(of)}
    />
  );
}

function InteractionCard({ of, onEdit }: { of: Interaction; onEdit: Edit | undefined }) {
  const { word } = useWords();
  return (
    <>
      <div className="bar">
        <strong>{word(InteractionKindSchema, of.kind)}</strong>
        <span className="hint">
          {word(ChannelSchema, of.channel)} · <When at={of.happenedTime} /> · <MemberName id={of.ownerId} />
        </span>
        <span className="grow" />
        {onEdit && <EditButton of={of} edit={onEdit} />}
      </div>
      <div className="said">{of.summary}</div>
      {of.feedback && <blockquote className="said">{of.feedback}</blockquote>}
      {of.partyId && <ObjectName kind="ACCOUNT" id={of.partyId} />}
    </>
  );
}
