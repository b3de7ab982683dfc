import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { maskOf } from "../../../api/mask";
import { useDepartments, useTerritories } from "../../../api/names";
import { FormDialog, type Values } from "../../../blocks/Form";
import { Details } from "../../../blocks/RecordPage";
import { useSay } from "../../../blocks/say";
import { useWords } from "../../../blocks/words";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { MemberService } from "../../../gen/baton/directory/v1/member_service_pb";
import { LANGUAGES, speak } from "../../../i18n";
import { changed } from "../../admin/changed";
import { LANGUAGE_CHOICES } from "../../admin/members/fields";
import { useAdminAct } from "../../admin/useAdminAct";

/** Who the reader is; his language he changes himself. */
export function MyProfile({ member }: { member: Member }) {
  const { t } = useTranslation(["admin", "common"]);
  const words = useWords();
  const departments = useDepartments();
  const territories = useTerritories();
  const [editing, setEditing] = useState<Member>();
  return (
    <section className="panel stack" aria-label={t("me.profile")}>
      <div className="bar">
        <h2>{t("me.profile")}</h2>
        <span className="grow" />
        <Button onClick={() => setEditing(member)}>{t("common:act.edit")}</Button>
      </div>
      <Details
        rows={[
          { label: t("members.displayName"), value: member.displayName },
          { label: t("members.name"), value: member.name },
          { label: t("members.email"), value: member.email },
          {
            label: t("members.language"),
            value: LANGUAGE_CHOICES.find((l) => l.value === member.language)?.label ?? t("members.anyLanguage"),
          },
          { label: t("members.roles"), value: member.roles.map(words.role).join(t("comma")) },
          { label: t("members.department"), value: departments.name(member.departmentId) },
          { label: t("members.territory"), value: territories.name(member.territoryId) },
        ]}
      />
      <p className="hint">{t("me.profileHint")}</p>
      <EditProfile member={editing} onClose={() => setEditing(undefined)} />
    </section>
  );
}

function EditProfile({ member, onClose }: { member: Member | undefined; onClose: () => void }) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const update = useAdminAct(MemberService.method.updateMember);
  const before: Values = { language: member?.language || undefined };
  return (
    <FormDialog
      open={member !== undefined}
      title={t("me.edit")}
      prefix="member"
      fields={[
        {
          name: "language",
          label: t("members.language"),
          kind: "choice",
          options: LANGUAGE_CHOICES,
          hint: t("members.languageHint"),
        },
      ]}
      initial={before}
      submit={async (filled) => {
        const change = changed(before, filled);
        if (!member || !change) return;
        const { language = "" } = filled;
        await update({ member: { id: member.id, language }, updateMask: maskOf(change), etag: member.etag });
        const spoken = LANGUAGES.find((l) => l === language);
        if (spoken) await speak(spoken);
        say.done(t("common:act.saved"));
      }}
      onClose={onClose}
    />
  );
}
