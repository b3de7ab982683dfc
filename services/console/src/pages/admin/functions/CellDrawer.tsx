import { Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import { Empty } from "../../../blocks/states";
import { When } from "../../../blocks/When";
import { useWords } from "../../../blocks/words";
import { FunctionSchema, type Grant } from "../../../gen/baton/directory/v1/grant_pb";
import { GrantService } from "../../../gen/baton/directory/v1/grant_service_pb";
import { useGrantWords } from "../GrantWords";
import { grantsOf, useGrants } from "../grants";
import { useAdminAct } from "../useAdminAct";
import { CreateGrant, type GrantPlace } from "./CreateGrant";

/** What a role or department is granted of one function: each grant, with the way to take it back; and one more. */
export function CellDrawer({ place, onClose }: { place: GrantPlace | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  const { grants } = useGrants();
  const [adding, setAdding] = useState(false);
  const [revoked, setRevoked] = useState<Grant>();
  const here = place ? grantsOf(grants, place.grantee).filter((g) => g.function === place.duty) : [];
  return (
    <Drawer
      open={place !== undefined}
      onClose={onClose}
      size={420}
      destroyOnHidden
      title={place && `${said.grantee(place.grantee)} · ${words.word(FunctionSchema, place.duty)}`}
    >
      <div className="stack">
        {place && <p className="hint">{said.meaning(place.duty)}</p>}
        {here.length === 0 && <Empty title={t("grants.noneHere")} />}
        <ul className="plain">
          {here.map((g) => (
            <li key={g.id} className="panel bar">
              <span>
                {said.power(g)}
                <span className="why">
                  {t("grants.since")} <When at={g.createTime} />
                </span>
              </span>
              <span className="grow" />
              <Button danger onClick={() => setRevoked(g)}>
                {t("grants.verb.revoke")}
              </Button>
            </li>
          ))}
        </ul>
        <Button type="primary" onClick={() => setAdding(true)}>
          {t("grants.create")}
        </Button>
      </div>
      <CreateGrant open={adding} place={place} onClose={() => setAdding(false)} />
      <RevokeGrant grant={revoked} onClose={() => setRevoked(undefined)} />
    </Drawer>
  );
}

function RevokeGrant({ grant, onClose }: { grant: Grant | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  const say = useSay();
  const revoke = useAdminAct(GrantService.method.revokeGrant);
  const create = useAdminAct(GrantService.method.createGrant);
  const what = grant
    ? { what: words.word(FunctionSchema, grant.function), who: said.grantee(grant.grantee), power: said.power(grant) }
    : { what: "", who: "", power: "" };
  return (
    <FormDialog
      open={grant !== undefined}
      title={t("grants.revoke.title", what)}
      okText={t("grants.verb.revoke")}
      danger
      intro={<p>{t("grants.revoke.means", what)}</p>}
      fields={[]}
      submit={async () => {
        if (!grant) return;
        await revoke({ id: grant.id, etag: grant.etag });
        const { function: duty, access, scope, grantee } = grant;
        const undo = () => void create({ grant: { function: duty, access, scope, grantee } }).catch(say.refused);
        say.done(t("grants.revoke.done", what), undo);
      }}
      onClose={onClose}
    />
  );
}
