import { useTranslation } from "react-i18next";
import { Access, Duty, useMe } from "../../api/me";
import { useMembers } from "../../api/names";
import { type SavedView, SavedViewSharing, SavedViewSharingSchema } from "../../gen/baton/directory/v1/saved_view_pb";
import { useFilters } from "../address";
import type { Ask } from "../ask";
import type { Field, Values } from "../Form";
import { useSay } from "../say";
import { useChoices, useWords } from "../words";
import { useViewActs } from "./useSavedViews";
import { contentOf, keptColumns } from "./views";

/** Asks what a view is called, to whom it is shown, and whether the list begins with it. */
export function useAskForView(list: string, ask: Ask): (view: SavedView) => void {
  const { t } = useTranslation();
  const { can } = useMe();
  const say = useSay();
  const { role } = useWords();
  const { active } = useMembers();
  const [address] = useFilters();
  const acts = useViewActs(list);
  const { NOBODY, ROLE, EVERYBODY } = SavedViewSharing;
  // What everybody sees is decided by administration.
  const sharings = useChoices(
    SavedViewSharingSchema,
    can(Duty.ADMINISTRATION, Access.WRITE) ? [NOBODY, ROLE, EVERYBODY] : [NOBODY, ROLE],
  );
  const roles = [...new Set(active.flatMap((m) => m.roles))].sort();
  const fields: Field[] = [
    { name: "name", label: t("list.viewName"), required: true, max: 60 },
    { name: "sharing", label: t("views.sharing"), kind: "choice", required: true, options: sharings },
    {
      name: "role",
      label: t("views.role"),
      kind: "choice",
      required: true,
      options: roles.map((value) => ({ value, label: role(value) })),
      when: (values) => values.sharing === ROLE,
    },
    { name: "opensList", label: t("views.opensList"), kind: "switch" },
    { name: "content", label: t("views.content"), kind: "switch", hint: t("views.contentHint") },
  ];
  const columns = address.columns?.split(",") ?? keptColumns(list);
  return (view) =>
    void ask({
      title: t("views.edit", { name: view.name }),
      prefix: "savedView",
      fields,
      initial: { name: view.name, sharing: view.sharing, role: view.role || undefined, opensList: view.opensList },
      submit: async (filled: Values) => {
        const paths = ["name", "sharing", "role", "opens_list", ...(filled.content ? ["content"] : [])];
        await acts.update({
          savedView: {
            id: view.id,
            name: filled.name as string,
            sharing: filled.sharing as SavedViewSharing,
            role: filled.sharing === ROLE ? (filled.role as string) : "",
            opensList: filled.opensList === true,
            content: contentOf(address, columns),
          },
          updateMask: { paths },
          etag: view.etag,
        });
        say.done(t("act.saved"));
      },
    });
}
