import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { Pages } from "../../../blocks/DataTable";
import { MemberName } from "../../../blocks/People";
import { Empty, Failure, Waiting } from "../../../blocks/states";
import { When } from "../../../blocks/When";
import { State, useWords } from "../../../blocks/words";
import { ChannelSchema } from "../../../gen/baton/customer/v1/channel_pb";
import { VerificationOutcomeSchema } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";

/** Every attempt to verify a customer, the latest first: who, when, how, with which evidence. */
export function Verifications({ partyId }: { partyId: string }) {
  const { t } = useTranslation("customers");
  const { word } = useWords();
  const list = useList(PartyService.method.listVerifications, { partyId }, (a) => a.verifications, { pageSize: 20 });
  if (list.error) return <Failure error={list.error} retry={list.retry} />;
  if (list.isLoading) return <Waiting rows={3} />;
  if (list.rows.length === 0) return <Empty title={t("verify.none")} />;
  return (
    <>
      <ol className="timeline">
        {list.rows.map((v) => (
          <li key={v.id}>
            <div className="bar">
              <State of={VerificationOutcomeSchema} value={v.outcome} />
              <span className="hint">
                {word(ChannelSchema, v.channel)} · <MemberName id={v.verifierId} /> · <When at={v.createTime} exact />
              </span>
            </div>
            {v.evidence && <div className="said">{v.evidence}</div>}
          </li>
        ))}
      </ol>
      <Pages list={list} />
    </>
  );
}
