import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList, useRead } from "../../../api/calls";
import { useMe } from "../../../api/me";
import { Pages } from "../../../blocks/DataTable";
import { FormDialog } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { Empty, Failure, Waiting } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { When } from "../../../blocks/When";
import { State } from "../../../blocks/words";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { SecondFactorState, SecondFactorStateSchema } from "../../../gen/baton/directory/v1/second_factor_pb";
import { SecondFactorService } from "../../../gen/baton/directory/v1/second_factor_service_pb";
import { type Session, SessionState } from "../../../gen/baton/directory/v1/session_pb";
import { SessionService } from "../../../gen/baton/directory/v1/session_service_pb";
import { useAdminAct } from "../useAdminAct";
import { deviceName } from "./device";
import { MemberIdentities } from "./MemberIdentities";

/** Sessions that are shown at a time. */
const ROWS = 10;

/** How a member signs in, and what an administrator does about it. */
export function MemberSignIn({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const me = useMe();
  const [removing, setRemoving] = useState(false);
  const { data, error, refetch } = useRead(SecondFactorService.method.getSecondFactor, { id: member.id });
  const factor = data?.secondFactor;
  const other = member.id !== me.id;
  return (
    <section className="stack" aria-label={t("signIn.title")}>
      <h2>{t("signIn.title")}</h2>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <div className="bar">
        {t("factor.title")}
        {factor && <State of={SecondFactorStateSchema} value={factor.state} />}
        <span className="grow" />
        {other && factor?.state === SecondFactorState.ACTIVE && (
          <Button danger onClick={() => setRemoving(true)}>
            {t("factor.remove")}
          </Button>
        )}
      </div>
      <MemberIdentities member={member} />
      <Sessions member={member} />
      <RemoveFactor member={member} open={removing} onClose={() => setRemoving(false)} />
    </section>
  );
}

function RemoveFactor({ member, open, onClose }: { member: Member; open: boolean; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const remove = useAdminAct(SecondFactorService.method.removeTotp);
  return (
    <FormDialog
      open={open}
      title={t("signIn.factorAsk", { name: member.displayName })}
      okText={t("factor.remove")}
      danger
      intro={<p>{t("signIn.factorMeans")}</p>}
      fields={[]}
      submit={async () => {
        await remove({ id: member.id });
        say.done(t("factor.removed"));
      }}
      onClose={onClose}
    />
  );
}

/** A browser by a short name; what it calls itself for whoever points at it. */
function Device({ of }: { of: Session }) {
  const { t } = useTranslation("admin");
  const device = deviceName(of.device) || "—";
  return <span title={of.device}>{of.current ? t("signIn.here", { device }) : device}</span>;
}

/** The browsers that a member is signed in with. */
function Sessions({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const asked = { memberId: member.id, state: SessionState.ACTIVE };
  const list = useList(SessionService.method.listSessions, asked, (a) => a.sessions, { pageSize: ROWS });
  const [ended, setEnded] = useState<Session>();
  if (list.error) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting rows={2} />;
  return (
    <>
      {list.rows.length === 0 ? (
        <Empty title={t("signIn.nowhere")} />
      ) : (
        <Table
          rowKey={(s) => s.id}
          rows={list.rows}
          columns={[
            {
              key: "device",
              title: t("signIn.device"),
              render: (s) => <Device of={s} />,
            },
            { key: "address", title: t("signIn.address"), render: (s) => s.address || "—" },
            { key: "seen", title: t("signIn.seen"), render: (s) => <When at={s.lastSeenTime} /> },
            {
              key: "end",
              title: t("signIn.end"),
              render: (s) => (
                <Button size="small" danger onClick={() => setEnded(s)}>
                  {t("signIn.end")}
                </Button>
              ),
            },
          ]}
        />
      )}
      <Pages list={list} />
      <EndSession session={ended} onClose={() => setEnded(undefined)} />
    </>
  );
}

function EndSession({ session, onClose }: { session: Session | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const revoke = useAdminAct(SessionService.method.revokeSession);
  return (
    <FormDialog
      open={session !== undefined}
      title={t("signIn.endAsk")}
      okText={t("signIn.end")}
      danger
      intro={
        <>
          <p>{session && <Device of={session} />}</p>
          <p>{t("signIn.endMeans")}</p>
        </>
      }
      fields={[]}
      submit={async () => {
        if (!session) return;
        await revoke({ id: session.id, etag: session.etag });
        say.done(t("signIn.ended"));
      }}
      onClose={onClose}
    />
  );
}
