import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { Pages } from "../../../blocks/DataTable";
import { FormDialog } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { Failure } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { When } from "../../../blocks/When";
import { State } from "../../../blocks/words";
import { type Identity, IdentityState, IdentityStateSchema } from "../../../gen/baton/directory/v1/identity_pb";
import { IdentityService } from "../../../gen/baton/directory/v1/identity_service_pb";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { useAdminAct } from "../useAdminAct";

/** Accounts that are shown at a time. */
const ROWS = 10;

/** The accounts at providers by which a member signs in; nothing for who has none. */
export function MemberIdentities({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const asked = { memberId: member.id };
  const list = useList(IdentityService.method.listIdentities, asked, (a) => a.identities, { pageSize: ROWS });
  const [changed, setChanged] = useState<Identity>();
  if (list.error) return <Failure error={list.error} retry={list.retry} />;
  if (list.rows.length === 0) return null;
  return (
    <>
      <Table
        rowKey={(i) => i.id}
        rows={list.rows}
        columns={[
          {
            key: "account",
            title: t("identity.account"),
            render: (i) => (
              <span title={`${i.issuer} ${i.subject}`}>
                {i.provider} · {i.name || i.subject}
              </span>
            ),
          },
          {
            key: "state",
            title: t("identity.state"),
            render: (i) => <State of={IdentityStateSchema} value={i.state} />,
          },
          { key: "used", title: t("signIn.seen"), render: (i) => <When at={i.lastUsedTime} /> },
          {
            key: "change",
            title: t("identity.change"),
            render: (i) =>
              i.state === IdentityState.BOUND ? (
                <Button size="small" danger onClick={() => setChanged(i)}>
                  {t("identity.remove")}
                </Button>
              ) : (
                <Button size="small" onClick={() => setChanged(i)}>
                  {t("identity.restore")}
                </Button>
              ),
          },
        ]}
      />
      <Pages list={list} />
      <Change identity={changed} onClose={() => setChanged(undefined)} />
    </>
  );
}

/** Takes an account away, or gives it back. */
function Change({ identity, onClose }: { identity: Identity | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const remove = useAdminAct(IdentityService.method.removeIdentity);
  const restore = useAdminAct(IdentityService.method.restoreIdentity);
  const bound = identity?.state !== IdentityState.REMOVED;
  const name = identity ? `${identity.provider} · ${identity.name || identity.subject}` : "";
  return (
    <FormDialog
      open={identity !== undefined}
      title={t(bound ? "identity.removeAsk" : "identity.restoreAsk", { name })}
      okText={t(bound ? "identity.remove" : "identity.restore")}
      danger={bound}
      intro={<p>{t(bound ? "identity.removeMeans" : "identity.restoreMeans")}</p>}
      fields={[]}
      submit={async () => {
        if (!identity) return;
        const { id, etag } = identity;
        await (bound ? remove({ id, etag }) : restore({ id, etag }));
        say.done(t(bound ? "identity.removed" : "identity.restored"));
      }}
      onClose={onClose}
    />
  );
}
