import { useTranslation } from "react-i18next";
import { useList } from "../../../api/calls";
import { BESIDE, RelatedList } from "../../../blocks/RelatedList";
import { State } from "../../../blocks/words";
import { type Party, PartyStateSchema } from "../../../gen/baton/customer/v1/party_pb";
import { PartyService } from "../../../gen/baton/customer/v1/party_service_pb";

/** The companies that belong to a customer. */
export function Subsidiaries({ party }: { party: Party }) {
  const { t } = useTranslation("customers");
  const method = PartyService.method.listAccounts;
  const list = useList(method, { parentId: party.id, orderBy: "name" }, (a) => a.accounts, { pageSize: BESIDE });
  const rows = list.rows.map((p) => ({ ...p, title: p.name, state: <State of={PartyStateSchema} value={p.state} /> }));
  return <RelatedList title={t("customer.subsidiaries")} kind="ACCOUNT" list={list} rows={rows} />;
}
