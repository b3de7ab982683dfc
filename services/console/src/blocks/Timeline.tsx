import {
  CarOutlined,
  CheckOutlined,
  EditOutlined,
  MessageOutlined,
  MoreOutlined,
  PhoneOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { Access, Duty, useMe } from "../api/me";
import { ChannelSchema } from "../gen/baton/customer/v1/channel_pb";
import { FollowUpState, FollowUpStateSchema } from "../gen/baton/customer/v1/follow_up_pb";
import { FollowUpService } from "../gen/baton/customer/v1/follow_up_service_pb";
import { InteractionKind, InteractionKindSchema } from "../gen/baton/customer/v1/interaction_pb";
import { InteractionService } from "../gen/baton/customer/v1/interaction_service_pb";
import { type Entry, ofFollowUp, type Target, useHistory } from "./history/entries";
import { type FollowUpAct, FollowUpDialog, Unreadable } from "./history/FollowUpDialog";
import { EditInteraction, LogInteraction } from "./history/LogInteraction";
import { ObjectName } from "./Objects";
import { MemberName } from "./People";
import { Empty, Failure, Waiting } from "./states";
import { When } from "./When";
import { State, useWords } from "./words";

export { FollowUpDialog } from "./history/FollowUpDialog";
export { LogInteraction } from "./history/LogInteraction";

/** Which dialog of a line of time is open. */
type Dialog =
  | { what: "log"; kind: InteractionKind }
  | { what: "correct"; id: string }
  | { what: FollowUpAct; is: "followUp"; id?: string };

/** What was said and done about a record, and what is to be done: told on one line, and added to with one tap. */
export function Timeline({ about, partyId = "" }: { about: Target; partyId?: string }) {
  const { t } = useTranslation("customers");
  const may = useMe().can(Duty.CUSTOMER, Access.WRITE);
  const history = useHistory(about);
  const todo = useOpen(about);
  const [dialog, setDialog] = useState<Dialog>();
  const entries = history.entries.filter((e) => !todo.some((open) => open.id === e.id));
  const act = may ? setDialog : undefined;
  return (
    <section className="stack" aria-label={t("history.title")}>
      {may && <Adding onPick={setDialog} />}
      {todo.length > 0 && (
        <>
          <h2>{t("history.todo")}</h2>
          <ul className="plain">
            {todo.map((e) => (
              <li key={e.id} className="panel">
                <Line entry={e} of={about} onAct={act} />
              </li>
            ))}
          </ul>
        </>
      )}
      {history.error && entries.length === 0 ? (
        <Failure error={history.error} retry={history.retry} />
      ) : history.isLoading ? (
        <Waiting rows={4} />
      ) : entries.length + todo.length === 0 ? (
        <Empty title={t("history.none")} hint={may ? t("history.noneHint") : undefined} />
      ) : (
        <ol className="timeline">
          {entries.map((e) => (
            <li key={e.id}>
              <Line entry={e} of={about} onAct={act} />
            </li>
          ))}
        </ol>
      )}
      {history.earlier && (
        <Button onClick={history.earlier} loading={history.isReading}>
          {t("history.earlier")}
        </Button>
      )}
      <Dialogs dialog={dialog} about={about} partyId={partyId} onClose={() => setDialog(undefined)} />
    </section>
  );
}

/** The open follow-ups about an object, or with a customer, the most urgent first. */
function useOpen({ kind, id }: Target): Entry[] {
  const enabled = useMe().can(Duty.CUSTOMER, Access.READ) && id !== "";
  const of = kind === "ACCOUNT" ? { partyId: id } : { about: { kind, id } };
  const asked = { ...of, state: FollowUpState.OPEN, pageSize: 50 };
  const { data } = useRead(FollowUpService.method.listFollowUps, asked, { enabled });
  return (data?.followUps ?? []).map(ofFollowUp);
}

function Adding({ onPick }: { onPick: (dialog: Dialog) => void }) {
  const { t } = useTranslation("customers");
  const log = (kind: InteractionKind) => () => onPick({ what: "log", kind });
  return (
    <div className="bar" role="group" aria-label={t("history.adding")}>
      <Button type="primary" icon={<PhoneOutlined aria-hidden />} onClick={log(InteractionKind.CALL)}>
        {t("history.call")}
      </Button>
      <Button icon={<CarOutlined aria-hidden />} onClick={log(InteractionKind.VISIT)}>
        {t("history.visit")}
      </Button>
      <Button icon={<MessageOutlined aria-hidden />} onClick={log(InteractionKind.OTHER)}>
        {t("history.other")}
      </Button>
      <Button icon={<PlusOutlined aria-hidden />} onClick={() => onPick({ what: "add", is: "followUp" })}>
        {t("history.followUp")}
      </Button>
    </div>
  );
}

interface LineProps {
  entry: Entry;
  /** The record whose line this is: what is about itself need not say so. */
  of: Target;
  onAct?: (dialog: Dialog) => void;
}

function Line(props: LineProps) {
  const { t } = useTranslation("customers");
  const { entry, of } = props;
  const elsewhere = entry.about && entry.about.id !== of.id;
  return (
    <>
      <div className="bar">
        {entry.kind === "INTERACTION" ? <SaidHead entry={entry} /> : <PlannedHead entry={entry} />}
        <span className="hint">
          <MemberName id={entry.ownerId} />
        </span>
        <span className="grow" />
        {entry.kind === "INTERACTION" ? <SaidActs {...props} /> : <PlannedActs {...props} />}
      </div>
      <div className="said">{entry.text}</div>
      {entry.feedback && (
        <blockquote>
          <span className="hint">{entry.kind === "INTERACTION" ? t("history.feedback") : t("followUp.result")}</span>
          <div className="said">{entry.feedback}</div>
        </blockquote>
      )}
      {elsewhere && entry.about && (
        <div className="hint">
          <ObjectName kind={entry.about.kind} id={entry.about.id} number />
        </div>
      )}
    </>
  );
}

function SaidHead({ entry }: { entry: Entry }) {
  const { word } = useWords();
  return (
    <>
      <strong>{word(InteractionKindSchema, entry.type)}</strong>
      <span className="hint">
        {word(ChannelSchema, entry.channel)} · <When at={entry.time} />
      </span>
    </>
  );
}

function PlannedHead({ entry }: { entry: Entry }) {
  const { t } = useTranslation("customers");
  const { kind } = useWords();
  return (
    <>
      <strong>{kind("FOLLOW_UP")}</strong>
      <State of={FollowUpStateSchema} value={entry.state} />
      <span className="hint">
        {t("followUp.due")} <When at={entry.dueTime} exact />
      </span>
    </>
  );
}

function SaidActs({ entry, onAct }: LineProps) {
  const { t } = useTranslation("customers");
  if (!onAct) return null;
  return (
    <Button
      type="text"
      size="small"
      icon={<EditOutlined aria-hidden />}
      aria-label={t("history.edit")}
      title={t("history.edit")}
      onClick={() => onAct({ what: "correct", id: entry.id })}
    />
  );
}

function PlannedActs({ entry, onAct }: LineProps) {
  const { t } = useTranslation(["customers", "common"]);
  if (!onAct) return null;
  const run = (what: FollowUpAct) => onAct({ what, is: "followUp", id: entry.id });
  if (entry.state !== FollowUpState.OPEN) {
    return (
      <Button type="text" size="small" onClick={() => run("reopen")}>
        {t("followUp.reopen")}
      </Button>
    );
  }
  return (
    <>
      <Button size="small" icon={<CheckOutlined aria-hidden />} onClick={() => run("complete")}>
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
          onClick: ({ key }) => run(key as FollowUpAct),
        }}
      >
        <Button size="small" type="text" icon={<MoreOutlined aria-hidden />} aria-label={t("common:act.more")} />
      </Dropdown>
    </>
  );
}

function Dialogs(props: { dialog: Dialog | undefined; about: Target; partyId: string; onClose: () => void }) {
  const { about, partyId, onClose } = props;
  // What was asked for last stays while its dialog goes away.
  const [last, setLast] = useState(props.dialog);
  if (props.dialog && props.dialog !== last) setLast(props.dialog);
  const dialog = props.dialog ?? last;
  const open = props.dialog !== undefined;
  if (!dialog) return null;
  if ("is" in dialog) {
    return (
      <FollowUpDialog open={open} onClose={onClose} act={dialog.what} id={dialog.id} about={about} partyId={partyId} />
    );
  }
  if (dialog.what === "log") {
    return <LogInteraction open={open} onClose={onClose} about={about} partyId={partyId} kind={dialog.kind} />;
  }
  return <EditById open={open} onClose={onClose} id={dialog.id} />;
}

function EditById({ id, ...rest }: { open: boolean; onClose: () => void; id: string }) {
  const asked = { enabled: rest.open, staleTime: 0 };
  const { data, error } = useRead(InteractionService.method.getInteraction, { id }, asked);
  if (error) return <Unreadable {...rest} error={error} />;
  return data?.interaction ? <EditInteraction {...rest} of={data.interaction} /> : null;
}
