import { useTranslation } from "react-i18next";
import { maskOf } from "../../../api/mask";
import { FormDialog, type Values } from "../../../blocks/Form";
import { useSay } from "../../../blocks/say";
import type { Territory } from "../../../gen/baton/directory/v1/territory_pb";
import { TerritoryService } from "../../../gen/baton/directory/v1/territory_service_pb";
import { changed } from "../changed";
import { useAdminAct } from "../useAdminAct";

interface Props {
  /** The one that the act is about; undefined while nothing is asked. */
  territory: Territory | undefined;
  onClose: () => void;
}

function useFields() {
  const { t } = useTranslation("admin");
  return [
    { name: "name", label: t("territories.name"), required: true, max: 120 },
    { name: "managerId", label: t("territories.manager"), kind: "member" as const, hint: t("territories.managerHint") },
  ];
}

/** Creates a territory below another one. */
export function CreateTerritory({
  open,
  parentId,
  onClose,
}: {
  open: boolean;
  parentId?: string;
  onClose: () => void;
}) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const create = useAdminAct(TerritoryService.method.createTerritory);
  return (
    <FormDialog
      open={open}
      title={t("territories.create")}
      okText={t("common:act.create")}
      prefix="territory"
      fields={[
        ...useFields(),
        { name: "parentId", label: t("territories.parent"), kind: "territory", hint: t("territories.parentHint") },
      ]}
      initial={{ parentId }}
      submit={async ({ name, managerId, parentId: below }) => {
        await create({ territory: { name, managerId, parentId: below } });
        say.done(t("territories.created", { name }));
      }}
      onClose={onClose}
    />
  );
}

/** Changes a territory's name or manager. */
export function EditTerritory({ territory, onClose }: Props) {
  const { t } = useTranslation(["admin", "common"]);
  const say = useSay();
  const update = useAdminAct(TerritoryService.method.updateTerritory);
  const before: Values = { name: territory?.name, managerId: territory?.managerId || undefined };
  return (
    <FormDialog
      open={territory !== undefined}
      title={t("territories.edit", { name: territory?.name ?? "" })}
      prefix="territory"
      fields={useFields()}
      initial={before}
      submit={async (filled) => {
        const change = changed(before, filled);
        if (!territory || !change) return;
        const write = ({ name, managerId }: Values, etag: string | undefined) =>
          update({
            territory: { id: territory.id, name, managerId: managerId ?? "" },
            updateMask: maskOf(change),
            etag,
          });
        const answer = await write(filled, territory.etag);
        say.done(t("common:act.saved"), () => void write(before, answer.territory?.etag).catch(say.refused));
      }}
      onClose={onClose}
    />
  );
}

/** Hangs a territory with all below it under another one. */
export function MoveTerritory({ territory, onClose }: Props) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const move = useAdminAct(TerritoryService.method.moveTerritory);
  const said = { name: territory?.name ?? "" };
  return (
    <FormDialog
      open={territory !== undefined}
      title={t("territories.move.title", said)}
      okText={t("territories.verb.move")}
      intro={<p className="hint">{t("territories.move.means")}</p>}
      fields={[{ name: "parentId", label: t("territories.parent"), kind: "territory", required: true }]}
      initial={{ parentId: territory?.parentId }}
      submit={async ({ parentId }) => {
        if (!territory) return;
        const { id, etag, parentId: before } = territory;
        const answer = await move({ id, etag, parentId });
        const undo = () => void move({ id, etag: answer.territory?.etag, parentId: before }).catch(say.refused);
        say.done(t("territories.move.done", said), undo);
      }}
      onClose={onClose}
    />
  );
}

/** Puts a territory away. */
export function ArchiveTerritory({ territory, onClose }: Props) {
  const { t } = useTranslation("admin");
  const say = useSay();
  const archive = useAdminAct(TerritoryService.method.archiveTerritory);
  const said = { name: territory?.name ?? "" };
  return (
    <FormDialog
      open={territory !== undefined}
      title={t("territories.archive.title", said)}
      okText={t("territories.verb.archive")}
      danger
      intro={<p>{t("territories.archive.means")}</p>}
      fields={[]}
      submit={async () => {
        await archive({ id: territory?.id, etag: territory?.etag });
        say.done(t("territories.archive.done", said));
      }}
      onClose={onClose}
    />
  );
}
