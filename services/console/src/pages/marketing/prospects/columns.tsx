import { useTranslation } from "react-i18next";
import { isMasked } from "../../../api/mask";
import { useFirm } from "../../../api/me";
import { useSharedColumns } from "../../../blocks/columns";
import type { Column } from "../../../blocks/DataTable";
import { RecordLink } from "../../../blocks/Objects";
import { Email, Phone } from "../../../blocks/Reach";
import { When } from "../../../blocks/When";
import { State, useWords } from "../../../blocks/words";
import {
  type Party,
  PartyStateSchema,
  PartyTypeSchema,
  VerificationOutcomeSchema,
} from "../../../gen/baton/customer/v1/party_pb";
import { moment } from "../../../i18n/format";

/** The columns of prospects. */
export function useProspectColumns(): Column<Party>[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
  const zone = useFirm()?.timeZone;
  const { word } = useWords();
  const shared = useSharedColumns();
  return [
    shared.number("ACCOUNT"),
    {
      key: "name",
      title: t("party.name"),
      width: 220,
      render: (r) => (
        <RecordLink kind="ACCOUNT" id={r.id}>
          {r.name}
        </RecordLink>
      ),
      text: (r) => r.name,
      sort: { up: "name" },
    },
    {
      key: "phone",
      title: t("party.phone"),
      width: 150,
      render: (r) => <Phone number={r.phone} masked={isMasked(r, "phone")} />,
      text: (r) => r.phone,
    },
    {
      key: "email",
      title: t("party.email"),
      width: 180,
      hidden: true,
      render: (r) => <Email address={r.email} masked={isMasked(r, "email")} />,
      text: (r) => r.email,
    },
    {
      key: "state",
      title: common("list.state"),
      width: 110,
      hidden: true,
      render: (r) => <State of={PartyStateSchema} value={r.state} />,
      text: (r) => word(PartyStateSchema, r.state),
    },
    {
      key: "type",
      title: t("party.type"),
      width: 90,
      hidden: true,
      render: (r) => word(PartyTypeSchema, r.type),
      text: (r) => word(PartyTypeSchema, r.type),
    },
    {
      key: "industry",
      title: t("party.industry"),
      width: 120,
      render: (r) => r.industry || "—",
      text: (r) => r.industry,
    },
    {
      key: "outcome",
      title: t("party.lastOutcome"),
      width: 130,
      render: (r) =>
        r.lastOutcome ? <State of={VerificationOutcomeSchema} value={r.lastOutcome} /> : t("party.neverTried"),
      text: (r) => word(VerificationOutcomeSchema, r.lastOutcome),
    },
    {
      key: "attempts",
      title: t("party.attempts"),
      width: 90,
      align: "right",
      render: (r) => r.verificationCount,
      text: (r) => String(r.verificationCount),
    },
    {
      key: "tried",
      title: t("party.lastTried"),
      width: 130,
      render: (r) => <When at={r.lastVerificationTime} />,
      text: (r) => moment(r.lastVerificationTime, zone),
    },
    shared.owner(),
    shared.territory(),
    shared.source(),
    shared.created(),
  ];
}
