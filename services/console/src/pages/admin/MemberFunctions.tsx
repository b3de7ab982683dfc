import { useTranslation } from "react-i18next";
import { Access } from "../../api/me";
import { Pill } from "../../blocks/Pill";
import { Empty, Failure, Waiting } from "../../blocks/states";
import { Table } from "../../blocks/Table";
import { useWords } from "../../blocks/words";
import { FunctionSchema } from "../../gen/baton/directory/v1/grant_pb";
import { type Member, MemberState } from "../../gen/baton/directory/v1/member_pb";
import { useGrantWords } from "./GrantWords";
import { powersOf, useGrants } from "./grants";

/** What a member may do, by his roles and his department, and by which grants. */
export function MemberFunctions({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  const { grants, error, isPending, refetch } = useGrants();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (isPending) return <Waiting rows={4} />;
  if (member.state === MemberState.INACTIVE) return <Empty title={t("powers.inactive")} />;
  const powers = powersOf(member, grants);
  if (powers.length === 0) return <Empty title={t("powers.none")} hint={t("powers.noneHint")} />;
  return (
    <Table
      rowKey={(p) => `${p.duty} ${p.access}`}
      rows={powers}
      columns={[
        { key: "duty", title: t("powers.duty"), render: (p) => words.word(FunctionSchema, p.duty) },
        {
          key: "power",
          title: t("powers.power"),
          render: (p) => <Pill tone={p.access === Access.WRITE ? "success" : "info"}>{said.power(p)}</Pill>,
        },
        {
          key: "by",
          title: t("powers.by"),
          render: (p) => p.by.map((g) => said.grantee(g.grantee)).join(t("comma")),
        },
      ]}
    />
  );
}
