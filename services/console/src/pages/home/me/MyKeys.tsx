import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListPage, refresh, useAct, useCall, useList } from "../../../api/calls";
import { useFirm } from "../../../api/me";
import { Pages } from "../../../blocks/DataTable";
import { FormDialog } from "../../../blocks/Form";
import { type Secret, ShownOnce } from "../../../blocks/ShownOnce";
import { useSay } from "../../../blocks/say";
import { Empty, Failure, Waiting } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { When } from "../../../blocks/When";
import { State } from "../../../blocks/words";
import { type ApiKey, ApiKeyState, ApiKeyStateSchema } from "../../../gen/baton/directory/v1/api_key_pb";
import { ApiKeyService } from "../../../gen/baton/directory/v1/api_key_service_pb";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { dayIn, startOf } from "../../../i18n/zone";
import { functionOf, useKeyFunctions } from "./keyFunctions";

/** Keys that are shown at a time. */
const ROWS = 10;
/** Days that a key lasts where nobody says otherwise. */
const USUAL_DAYS = 90;

/** Keys by which programs act for the reader. */
export function MyKeys({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const asked = { memberId: member.id };
  const list = useList(ApiKeyService.method.listApiKeys, asked, (a) => a.apiKeys, { pageSize: ROWS });
  const [creating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<ApiKey>();
  const [made, setMade] = useState<Secret>();
  return (
    <section className="panel stack" aria-label={t("keys.title")}>
      <div className="bar">
        <h2>{t("keys.title")}</h2>
        <span className="grow" />
        <Button onClick={() => setCreating(true)}>{t("keys.create")}</Button>
      </div>
      <Keys list={list} onRevoke={setRevoked} />
      <Create open={creating} onClose={() => setCreating(false)} onMade={setMade} />
      <Revoke apiKey={revoked} onClose={() => setRevoked(undefined)} />
      <ShownOnce secret={made} onClose={() => setMade(undefined)} />
    </section>
  );
}

interface KeysProps {
  list: ListPage<ApiKey>;
  onRevoke: (key: ApiKey) => void;
}

function Keys({ list, onRevoke }: KeysProps) {
  const { t } = useTranslation(["admin", "common"]);
  const words = useKeyFunctions();
  if (list.error) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting rows={2} />;
  if (list.rows.length === 0) return <Empty title={t("keys.none")} hint={t("keys.means")} />;
  return (
    <>
      <Table
        rowKey={(k) => k.id}
        rows={list.rows}
        columns={[
          { key: "name", title: t("keys.name"), render: (k) => k.name },
          {
            key: "functions",
            title: t("keys.functions"),
            render: (k) => k.functions.map(words.word).join(t("comma")),
          },
          {
            key: "state",
            title: t("common:list.state"),
            render: (k) => <State of={ApiKeyStateSchema} value={k.state} />,
          },
          { key: "expire", title: t("keys.expires"), render: (k) => <When at={k.expireTime} exact /> },
          { key: "used", title: t("keys.used"), render: (k) => <When at={k.lastUsedTime} /> },
          {
            key: "revoke",
            title: t("keys.revoke"),
            render: (k) =>
              k.state === ApiKeyState.ACTIVE && (
                <Button
                  size="small"
                  danger
                  aria-label={t("keys.revokeOne", { name: k.name })}
                  onClick={() => onRevoke(k)}
                >
                  {t("keys.revoke")}
                </Button>
              ),
          },
        ]}
      />
      <Pages list={list} />
    </>
  );
}

interface CreateProps {
  open: boolean;
  onClose: () => void;
  onMade: (made: Secret) => void;
}

function Create({ open, onClose, onMade }: CreateProps) {
  const { t } = useTranslation("admin");
  const cache = useQueryClient();
  const zone = useFirm()?.timeZone;
  const { choices } = useKeyFunctions();
  const create = useCall(ApiKeyService.method.createApiKey);
  return (
    <FormDialog
      open={open}
      title={t("keys.create")}
      okText={t("keys.create")}
      prefix="apiKey"
      intro={<p className="hint">{t("keys.means")}</p>}
      initial={{ expireTime: dayIn(zone, USUAL_DAYS) }}
      fields={[
        { name: "name", label: t("keys.name"), hint: t("keys.nameHint"), required: true, max: 120 },
        {
          name: "functions",
          label: t("keys.functions"),
          hint: t("keys.functionsHint"),
          kind: "choices",
          options: choices,
          required: true,
        },
        { name: "expireTime", label: t("keys.expires"), hint: t("keys.expiresHint"), kind: "day", required: true },
      ]}
      submit={async ({ name, functions = [], expireTime }) => {
        const apiKey = { name, functions: functions.map(functionOf), expireTime: startOf(expireTime, zone) };
        const { key } = await create({ apiKey });
        onMade({ title: t("keys.made"), label: t("keys.key"), intro: t("keys.once"), text: key });
        void refresh(cache);
      }}
      onClose={onClose}
    />
  );
}

function Revoke({ apiKey, onClose }: { apiKey: ApiKey | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const revoke = useAct(ApiKeyService.method.revokeApiKey);
  const said = { name: apiKey?.name ?? "" };
  return (
    <FormDialog
      open={apiKey !== undefined}
      title={t("keys.revokeAsk", said)}
      okText={t("keys.revoke")}
      danger
      intro={<p>{t("keys.revokeMeans")}</p>}
      fields={[]}
      submit={async () => {
        if (!apiKey) return;
        await revoke.mutateAsync({ id: apiKey.id, etag: apiKey.etag });
        say.done(t("keys.revoked", said));
      }}
      onClose={onClose}
    />
  );
}
