import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../../api/calls";
import { Access, Duty, useFirm, useMe } from "../../api/me";
import { useAsk } from "../../blocks/ask";
import { useNew } from "../../blocks/create";
import { type Column, DataTable } from "../../blocks/DataTable";
import { FilterBar, useFilters } from "../../blocks/Filters";
import { State, useChoices } from "../../blocks/words";
import { type Contract, ContractStateSchema } from "../../gen/baton/commerce/v1/contract_pb";
import { ContractService } from "../../gen/baton/commerce/v1/contract_service_pb";
import { day } from "../../i18n/format";
import { useContractActs } from "./contractActs";
import { DocumentCard, useDocumentColumns } from "./documents";

/** What was agreed on with customers, and where it stands. */
export function Contracts() {
  const { t } = useTranslation(["commerce", "common"]);
  const mayWrite = useMe().can(Duty.COMMERCE, Access.WRITE);
  const firm = useFirm();
  const [filters, set] = useFilters();
  const { ask, dialog } = useAsk();
  const { create } = useContractActs(ask);
  // The form begins with what the firm has set.
  useNew(mayWrite && firm !== undefined, create);
  const list = useList(
    ContractService.method.listContracts,
    {
      state: Number(filters.state ?? 0),
      ownerId: filters.owner,
      partyId: filters.party,
      sourceId: filters.sourceId,
      query: filters.q,
      orderBy: filters.order,
    },
    (a) => a.contracts,
  );
  const add = (
    <Button type="primary" onClick={() => void create({})}>
      {t("contract.new")}
    </Button>
  );
  return (
    <div className="page">
      <div className="bar">
        <h1>{t("common:nav.contracts")}</h1>
        <span className="grow" />
        {mayWrite && add}
      </div>
      <FilterBar
        searched
        page="contracts"
        filters={[
          { key: "state", label: t("common:list.state"), kind: "choice", options: useChoices(ContractStateSchema) },
          { key: "owner", label: t("common:list.owner"), kind: "member" },
          { key: "party", label: t("document.party"), kind: "party" },
        ]}
      />
      <DataTable<Contract>
        name="contracts"
        list={list}
        file="contracts"
        columns={useColumns()}
        rowKey={(c) => c.id}
        rowName={(c) => `${c.number} ${c.title}`}
        href={(c) => `/contracts/${c.id}`}
        orderBy={filters.order ?? "create_time desc"}
        onOrder={(order) => set({ order })}
        card={(c) => (
          <DocumentCard to="/contracts/$id" document={c} state={<State of={ContractStateSchema} value={c.state} />} />
        )}
        empty={{ title: t("contract.none"), hint: t("contract.noneHint"), action: mayWrite ? add : undefined }}
      />
      {dialog}
    </div>
  );
}

function useColumns(): Column<Contract>[] {
  const { t } = useTranslation("commerce");
  const shared = useDocumentColumns<Contract>("CONTRACT", (c) => <State of={ContractStateSchema} value={c.state} />);
  return [
    ...shared.map((c) => (c.key === "state" ? { ...c, width: 110 } : c)),
    {
      key: "term",
      title: t("contract.term"),
      width: 200,
      render: (c) => <Term of={c} />,
      field: ["startDate", "endDate"],
    },
  ];
}

/** The days that a contract holds. */
export function Term({ of }: { of: Contract }) {
  const both = [of.startDate && day(of.startDate), of.endDate && day(of.endDate)];
  return <span className="num">{both.some(Boolean) ? both.map((d) => d || "…").join(" – ") : "—"}</span>;
}
