import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useAct, useList } from "../../api/calls";
import { type Share, ShareState } from "../../gen/baton/directory/v1/share_pb";
import { ShareService } from "../../gen/baton/directory/v1/share_service_pb";
import { Pages } from "../DataTable";
import { useDo } from "../doing";
import { Failure, Waiting } from "../states";
import { useShareWords } from "./useShareWords";

interface Props {
  kind: string;
  id: string;
  enabled: boolean;
}

/** To whom a record is shown, each with the way to end that. */
export function PresentShares({ kind, id, enabled }: Props) {
  const { t } = useTranslation("share");
  const list = useList(
    ShareService.method.listShares,
    { recordKind: kind, recordId: id, state: ShareState.ACTIVE },
    (answer) => answer.shares,
    { pageSize: 20, enabled },
  );
  return (
    <section className="stack" aria-label={t("now")}>
      <h2>{t("now")}</h2>
      {list.error ? (
        <Failure error={list.error} retry={list.retry} />
      ) : list.isLoading ? (
        <Waiting rows={1} />
      ) : list.rows.length === 0 ? (
        <p className="hint">{t("none")}</p>
      ) : (
        <ul className="plain">
          {list.rows.map((share) => (
            <Line key={share.id} share={share} />
          ))}
        </ul>
      )}
      <Pages list={list} />
    </section>
  );
}

function Line({ share }: { share: Share }) {
  const { t } = useTranslation("share");
  const said = useShareWords();
  const { run } = useDo();
  const create = useAct(ShareService.method.createShare);
  const revoke = useAct(ShareService.method.revokeShare);
  const name = said.with(share.with);
  const { id, etag, record, access, expireTime, with: to } = share;
  const end = () =>
    run(
      () => revoke.mutateAsync({ id, etag }),
      t("ended", { name }),
      () => create.mutateAsync({ share: { record, access, expireTime, with: to } }),
    );
  return (
    <li className="bar">
      <span>
        <strong>{name}</strong>
        <span className="why">{said.terms(share)}</span>
      </span>
      <span className="grow" />
      <Button
        size="small"
        danger
        loading={revoke.isPending}
        aria-label={t("endOf", { name })}
        onClick={() => void end()}
      >
        {t("end")}
      </Button>
    </li>
  );
}
