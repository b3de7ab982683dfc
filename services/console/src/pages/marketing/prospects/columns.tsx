import { useTranslation } from "react-i18next";
import { isMasked } from "../../../api/mask";
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

/** The columns of prospects. */
export function useProspectColumns(): Column<Party>[] {
  const { t } = useTranslation("marketing");
  const { t: common } = useTranslation();
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
      field: "name",
      sort: { up: "name" },
    },
    {
      key: "phone",
      title: t("party.phone"),
      width: 150,
      render: (r) => <Phone number={r.phone} masked={isMasked(r, "phone")} />,
      field: "phone",
    },
    {
      key: "email",
      title: t("party.email"),
      width: 180,
      hidden: true,
      render: (r) => <Email address={r.email} masked={isMasked(r, "email")} />,
      field: "email",
    },
    {
      key: "state",
      title: common("list.state"),
      width: 110,
      hidden: true,
      render: (r) => <State of={PartyStateSchema} value={r.state} />,
      field: "state",
    },
    {
      key: "type",
      title: t("party.type"),
      width: 90,
      hidden: true,
      render: (r) => word(PartyTypeSchema, r.type),
      field: "type",
    },
    {
      key: "industry",
      title: t("party.industry"),
      width: 120,
      render: (r) => r.industry || "—",
      field: "industry",
    },
    {
      key: "outcome",
      title: t("party.lastOutcome"),
      width: 130,
      render: (r) =>
        r.lastOutcome ? <State of={VerificationOutcomeSchema} value={r.lastOutcome} /> : t("party.neverTried"),
      field: "lastOutcome",
    },
    {
      key: "attempts",
      title: t("party.attempts"),
      width: 90,
      align: "right",
      render: (r) => r.verificationCount,
      field: "verificationCount",
    },
    {
      key: "tried",
      title: t("party.lastTried"),
      width: 130,
      render: (r) => <When at={r.lastVerificationTime} />,
      field: "lastVerificationTime",
    },
    shared.owner(),
    shared.territory(),
    shared.source(),
    shared.created(),
  ];
}
