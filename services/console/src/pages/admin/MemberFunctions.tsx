import { useTranslation } from "react-i18next";
import { Access } from "../../api/me";
import { Pill } from "../../blocks/Pill";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { Table } from "../../blocks/Table";
import { useWords } from "../../blocks/words";
import { FunctionSchema } from "../../gen/baton/directory/v1/grant_pb";
import { type Member, MemberState } from "../../gen/baton/directory/v1/member_pb";
import { useGrantWords } from "./GrantWords";
import { type Right, rightsOf, useFirmOfRights } from "./rights";
import { useRightWords } from "./useRightWords";

/** What a member may do, on whose records, and by which grants to his roles and his department. */
export function MemberFunctions({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const { firm, error, retry } = useFirmOfRights();
  if (error) return <Failure error={error} retry={retry} />;
  if (!firm) return <Waiting rows={4} />;
  if (member.state === MemberState.INACTIVE) return <Empty title={t("powers.inactive")} />;
  return <RightsTable rights={rightsOf(member, firm)} />;
}

function RightsTable({ rights }: { rights: Right[] }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  const told = useRightWords();
  if (rights.length === 0) return <Empty title={t("powers.none")} hint={t("powers.noneHint")} />;
  return (
    <Table
      rowKey={(r) => `${r.duty} ${r.access}`}
      rows={rights}
      columns={[
        { key: "duty", title: t("powers.duty"), render: (r) => words.word(FunctionSchema, r.duty) },
        {
          key: "power",
          title: t("powers.power"),
          render: (r) => <Pill tone={r.access === Access.WRITE ? "success" : "info"}>{told.access(r)}</Pill>,
        },
        { key: "reach", title: t("powers.reach"), render: told.reach },
        {
          key: "by",
          title: t("powers.by"),
          render: (r) => r.by.map((g) => said.grantee(g.grantee)).join(t("comma")),
        },
      ]}
    />
  );
}
