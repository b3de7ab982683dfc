import { useTranslation } from "react-i18next";
import { Money } from "../../../blocks/Money";
import { ObjectName } from "../../../blocks/Objects";
import { Website } from "../../../blocks/Reach";
import { Details } from "../../../blocks/RecordPage";
import { SourceName } from "../../../blocks/SourceName";
import { When } from "../../../blocks/When";
import { useWords } from "../../../blocks/words";
import { type Party, PartyTypeSchema } from "../../../gen/baton/customer/v1/party_pb";
import { number } from "../../../i18n/format";

/** What is known of a customer besides its highlights. */
export function PartyDetails({ party }: { party: Party }) {
  const { t } = useTranslation(["customers", "common"]);
  const { word } = useWords();
  return (
    <section className="panel" aria-label={t("common:record.details")}>
      <h2>{t("common:record.details")}</h2>
      <Details
        rows={[
          { label: t("party.type"), value: word(PartyTypeSchema, party.type) },
          { label: t("party.website"), value: party.website && <Website address={party.website} /> },
          { label: t("party.country"), value: party.country },
          { label: t("party.employees"), value: party.employees > 0 && number(party.employees) },
          { label: t("party.annualRevenue"), value: party.annualRevenue && <Money of={party.annualRevenue} /> },
          { label: t("party.foundedYear"), value: party.foundedYear > 0 && String(party.foundedYear) },
          { label: t("party.parent"), value: party.parentId && <ObjectName kind="ACCOUNT" id={party.parentId} /> },
          { label: t("common:list.source"), value: <SourceName source={party.source} /> },
          { label: t("common:list.created"), value: <When at={party.createTime} exact /> },
          { label: t("common:list.updated"), value: <When at={party.updateTime} exact /> },
        ]}
      />
    </section>
  );
}
