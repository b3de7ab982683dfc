import { CheckOutlined, CloseOutlined, MoreOutlined } from "@ant-design/icons";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Button, Dropdown, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSharedColumns } from "../../../blocks/columns";
import type { Column } from "../../../blocks/DataTable";
import { type FollowUpAct, useClosing } from "../../../blocks/history/FollowUpDialog";
import { ObjectName } from "../../../blocks/Objects";
import { MemberName } from "../../../blocks/People";
import { Pill, type Tone } from "../../../blocks/Pill";
import { useSay } from "../../../blocks/say";
import { When } from "../../../blocks/When";
import { State } from "../../../blocks/words";
import { type FollowUp, FollowUpState, FollowUpStateSchema } from "../../../gen/baton/customer/v1/follow_up_pb";
import type { Bounds } from "../FollowUps";

/** What is to be done with which follow-up. */
export interface Pick {
  act: FollowUpAct;
  id?: string;
}

type Run = (pick: Pick) => void;

/** The columns of a list of follow-ups; what is due stands first. */
export function useFollowUpColumns(run: Run | undefined, bounds: Bounds): Column<FollowUp>[] {
  const { t } = useTranslation(["customers", "common"]);
  const shared = useSharedColumns();
  return [
    {
      key: "due",
      title: t("followUp.due"),
      width: 160,
      render: (f) => <Due of={f} bounds={bounds} />,
      field: "dueTime",
    },
    {
      key: "title",
      title: t("followUp.title"),
      width: 230,
      render: (f) => (
        <span title={f.note || undefined}>
          {f.title}
          {f.result && <span className="hint"> {f.result}</span>}
        </span>
      ),
      field: "title",
    },
    shared.party(t("history.customer"), { width: 200 }),
    shared.about(t("history.about")),
    shared.owner({ title: t("followUp.owner") }),
    ...(run
      ? [{ key: "acts", title: t("actions"), width: 210, render: (f: FollowUp) => <Acts of={f} run={run} /> }]
      : []),
  ];
}

/** By when, and whether that is past, today or later. */
function Due({ of, bounds }: { of: FollowUp; bounds: Bounds }) {
  const { t } = useTranslation("customers");
  if (of.state !== FollowUpState.OPEN) {
    return (
      <span className="bar">
        <State of={FollowUpStateSchema} value={of.state} />
        <When at={of.closeTime} />
      </span>
    );
  }
  const due = of.dueTime ? timestampMs(of.dueTime) : 0;
  const [tone, key]: [Tone, "overdue" | "today" | "later"] =
    due < bounds.now ? ["danger", "overdue"] : due < bounds.tomorrow ? ["warning", "today"] : ["neutral", "later"];
  return (
    <span className="bar">
      <Pill tone={tone}>{t(`followUps.view.${key}`)}</Pill>
      <When at={of.dueTime} />
    </span>
  );
}

/** Completes it where it stands, with what came out in one line; all else by a menu. */
function Acts({ of, run }: { of: FollowUp; run: Run }) {
  const { t } = useTranslation(["customers", "common"]);
  const [open, setOpen] = useState(false);
  if (of.state !== FollowUpState.OPEN) {
    return (
      <Button size="small" onClick={() => run({ act: "reopen", id: of.id })}>
        {t("followUp.reopen")}
      </Button>
    );
  }
  if (open) return <Result of={of} leave={() => setOpen(false)} />;
  return (
    <span className="bar">
      <Button size="small" icon={<CheckOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t("followUp.complete")}
      </Button>
      <Dropdown
        autoFocus
        trigger={["click"]}
        menu={{
          items: [
            { key: "edit", label: t("followUp.edit") },
            { key: "cancel", label: t("followUp.cancel"), danger: true },
          ],
          onClick: ({ key }) => run({ act: key as FollowUpAct, id: of.id }),
        }}
      >
        <Button
          size="small"
          type="text"
          icon={<MoreOutlined aria-hidden />}
          aria-label={`${t("common:act.more")}: ${of.title}`}
          title={t("common:act.more")}
        />
      </Dropdown>
    </span>
  );
}

function Result({ of, leave }: { of: FollowUp; leave: () => void }) {
  const { t } = useTranslation(["customers", "common"]);
  const say = useSay();
  const { complete } = useClosing();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (busy) return;
    setBusy(true);
    await complete(of, text.trim()).then(leave, say.refused);
    setBusy(false);
  };
  return (
    <span className="bar tight">
      <Input
        autoFocus
        size="small"
        aria-label={t("followUp.result")}
        placeholder={t("followUp.result")}
        value={text}
        maxLength={4000}
        disabled={busy}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter" && !e.nativeEvent.isComposing) void send();
          if (e.key === "Escape") leave();
        }}
      />
      <Button
        size="small"
        type="primary"
        icon={<CheckOutlined aria-hidden />}
        aria-label={t("followUp.complete")}
        loading={busy}
        onClick={() => void send()}
      />
      <Button size="small" icon={<CloseOutlined aria-hidden />} aria-label={t("common:act.cancel")} onClick={leave} />
    </span>
  );
}

/** A follow-up on a narrow screen. */
export function FollowUpCard(props: { followUp: FollowUp; run: Run | undefined; bounds: Bounds }) {
  const { followUp: f, run, bounds } = props;
  const about = f.about && f.about.kind !== "ACCOUNT" ? f.about : undefined;
  return (
    <>
      <div className="bar">
        <Due of={f} bounds={bounds} />
        <span className="grow" />
        <span className="hint">
          <MemberName id={f.ownerId} />
        </span>
      </div>
      <strong>{f.title}</strong>
      {f.note && <div className="hint said">{f.note}</div>}
      <div className="bar">
        {f.partyId && <ObjectName kind="ACCOUNT" id={f.partyId} />}
        {about && <ObjectName kind={about.kind} id={about.id} number />}
        <span className="grow" />
        {run && <Acts of={f} run={run} />}
      </div>
    </>
  );
}
