import { type ListPage, useList } from "../api/calls";
import { type Share, ShareState } from "../gen/baton/directory/v1/share_pb";
import { ShareService } from "../gen/baton/directory/v1/share_service_pb";
import { Pages } from "./DataTable";
import { ObjectName } from "./Objects";
import { useShareWords } from "./share/useShareWords";
import { useWords } from "./words";

/** What is shared with a member himself; "me" is the reader. */
export const useSharedWith = (memberId: string) =>
  useList(ShareService.method.listShares, { memberId, state: ShareState.ACTIVE }, (answer) => answer.shares, {
    pageSize: 20,
  });

/** Records that are shared with somebody: what they are, for what, until when and by whom. */
export function SharedRecords({ list }: { list: ListPage<Share> }) {
  const said = useShareWords();
  const { kind } = useWords();
  return (
    <>
      <ul className="plain">
        {list.rows.map((share) => (
          <li key={share.id} className="panel">
            <span className="hint">{kind(share.record?.kind ?? "")}</span>{" "}
            <ObjectName kind={share.record?.kind ?? ""} id={share.record?.id ?? ""} />
            <span className="why">{said.terms(share)}</span>
          </li>
        ))}
      </ul>
      <Pages list={list} />
    </>
  );
}
