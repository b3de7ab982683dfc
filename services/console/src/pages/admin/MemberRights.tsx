import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { Duty } from "../../api/me";
import { Loaded } from "../../blocks/Loaded";
import { Pill } from "../../blocks/Pill";
import { SharedRecords, useSharedWith } from "../../blocks/SharedRecords";
import { Failure, Waiting } from "../../blocks/states";
import { Table } from "../../blocks/Table";
import { type Member, MemberState } from "../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../gen/baton/directory/v1/member_service_pb";
import { MemberFunctions } from "./MemberFunctions";
import { RightsPreview } from "./members/RightsPreview";
import { rightsOf, sightOf, useFirmOfRights } from "./rights";
import { useRightWords } from "./useRightWords";

/** What a person may do and see, why, and what another role, department, team or territory would change about it. */
export function MemberRights() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const of = useRead(MemberService.method.getMember, { id });
  return <Loaded of={of}>{({ member }) => member && <Rights key={member.id} member={member} />}</Loaded>;
}

function Rights({ member }: { member: Member }) {
  const { t } = useTranslation(["admin", "common"]);
  const name = member.displayName || member.name;
  return (
    <div className="page">
      <div>
        <nav className="hint" aria-label={t("common:nav.members")}>
          <Link to="/admin/members" search={{ member: member.id } as never}>
            {t("common:nav.members")}
          </Link>{" "}
          / {name}
        </nav>
        <h1>{t("rights.title", { name })}</h1>
      </div>
      <section className="panel stack" aria-label={t("rights.functions")}>
        <h2>{t("rights.functions")}</h2>
        <MemberFunctions member={member} />
      </section>
      <Sight member={member} />
      <SharedWith member={member} />
      {member.state === MemberState.ACTIVE && <RightsPreview member={member} />}
    </div>
  );
}

const FIELDS = [
  { key: "personal", duty: Duty.PERSONAL_DATA },
  { key: "cost", duty: Duty.COST },
] as const;

/** Which fields he sees masked, and where. */
function Sight({ member }: { member: Member }) {
  const { t } = useTranslation("admin");
  const told = useRightWords();
  const { firm } = useFirmOfRights();
  if (!firm) return <Waiting rows={2} />;
  const rights = member.state === MemberState.ACTIVE ? rightsOf(member, firm) : [];
  const seen = (duty: Duty) => {
    const right = sightOf(rights, duty);
    if (!right) return <Pill tone="warning">{t("rights.nowhere")}</Pill>;
    const reach = told.reach(right);
    return reach === t("rights.all") ? (
      <Pill tone="success">{t("rights.everywhere")}</Pill>
    ) : (
      <Pill tone="info">{t("rights.only", { reach })}</Pill>
    );
  };
  return (
    <section className="panel stack" aria-label={t("rights.fields")}>
      <h2>{t("rights.fields")}</h2>
      <Table
        rowKey={(r) => r.key}
        rows={[...FIELDS]}
        columns={[
          { key: "field", title: t("rights.field"), render: (r) => t(`rights.${r.key}`) },
          { key: "seen", title: t("rights.seen"), render: (r) => seen(r.duty) },
        ]}
      />
    </section>
  );
}

function SharedWith({ member }: { member: Member }) {
  const { t } = useTranslation(["admin", "share"]);
  const list = useSharedWith(member.id);
  return (
    <section className="panel stack" aria-label={t("rights.shares")}>
      <h2>{t("rights.shares")}</h2>
      {list.error ? (
        <Failure error={list.error} retry={list.retry} />
      ) : list.isLoading ? (
        <Waiting rows={2} />
      ) : list.rows.length === 0 ? (
        <p className="hint">{t("share:noneWithHim")}</p>
      ) : (
        <SharedRecords list={list} />
      )}
    </section>
  );
}
