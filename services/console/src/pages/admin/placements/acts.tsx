import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Ask } from "../../../blocks/ask";
import { useDo } from "../../../blocks/doing";
import type { Filters } from "../../../blocks/Filters";
import type { Field, Values } from "../../../blocks/Form";
import { useChoices } from "../../../blocks/words";
import { type Placement, PlacementKind, PlacementKindSchema } from "../../../gen/baton/directory/v1/placement_pb";
import { PlacementService } from "../../../gen/baton/directory/v1/placement_service_pb";
import { useAdminAct } from "../useAdminAct";

/** The fields of a plan: of what and where it is, is said by its kind. */
function useFields(): Field[] {
  const { t } = useTranslation("admin");
  const kinds = useChoices(PlacementKindSchema).map(({ value, label }) => ({ value: Number(value), label }));
  const hint = t("placements.placeHint");
  const is =
    (...all: PlacementKind[]) =>
    ({ kind }: Values) =>
      all.includes(kind);
  const { TERRITORY_PARENT, TERRITORY_MANAGER, MEMBER_TERRITORY, MEMBER_DEPARTMENT } = PlacementKind;
  const subject = { name: "subjectId", required: true };
  return [
    { name: "kind", label: t("placements.kind"), kind: "choice", required: true, options: kinds },
    {
      ...subject,
      label: t("placements.territory"),
      kind: "territory",
      when: is(TERRITORY_PARENT, TERRITORY_MANAGER),
    },
    { ...subject, label: t("placements.member"), kind: "member", when: is(MEMBER_TERRITORY, MEMBER_DEPARTMENT) },
    {
      name: "placeId",
      label: t("placements.parent"),
      kind: "territory",
      required: true,
      when: is(TERRITORY_PARENT),
    },
    { name: "placeId", label: t("placements.manager"), kind: "member", hint, when: is(TERRITORY_MANAGER) },
    { name: "placeId", label: t("placements.territory"), kind: "territory", hint, when: is(MEMBER_TERRITORY) },
    { name: "placeId", label: t("placements.department"), kind: "department", hint, when: is(MEMBER_DEPARTMENT) },
    { name: "firstDay", label: t("placements.firstDay"), kind: "day", required: true },
  ];
}

/** Forgets who and where, once another kind is chosen: they were of the one before. */
function Forgets({ kind, fill }: { kind: PlacementKind | undefined; fill: (values: Values) => void }) {
  const before = useRef(kind);
  useEffect(() => {
    if (before.current !== undefined && before.current !== kind) fill({ subjectId: undefined, placeId: undefined });
    before.current = kind;
  }, [kind, fill]);
  return null;
}

/** What is already said of a plan where the page shows only one territory or one member. */
function said({ kind, territory, member }: Filters): Values {
  const chosen = Number(kind) || (territory ? PlacementKind.TERRITORY_MANAGER : undefined);
  const ofMember = chosen === PlacementKind.MEMBER_TERRITORY || chosen === PlacementKind.MEMBER_DEPARTMENT;
  if (!chosen) return member ? { kind: PlacementKind.MEMBER_TERRITORY, subjectId: member } : {};
  return { kind: chosen, subjectId: ofMember ? member : territory };
}

/** What people do with placements. */
export function usePlacementActs(ask: Ask) {
  const { t } = useTranslation("admin");
  const { done } = useDo();
  const planning = useAdminAct(PlacementService.method.planPlacement);
  const cancelling = useAdminAct(PlacementService.method.cancelPlacement);
  const fields = useFields();
  return {
    plan: (filters: Filters) =>
      ask({
        title: t("placements.plan"),
        okText: t("placements.planOk"),
        intro: <p className="hint">{t("placements.planHint")}</p>,
        fields,
        initial: said(filters),
        more: ({ kind }, fill) => <Forgets kind={kind} fill={fill} />,
        submit: async ({ kind, subjectId, placeId, firstDay }) => {
          await planning({ kind, subjectId, placeId, firstDay });
          done(t("placements.planned"));
        },
      }),
    cancel: (p: Placement) =>
      ask({
        title: t("placements.cancel.title"),
        okText: t("placements.cancel.verb"),
        danger: true,
        intro: <p>{t("placements.cancel.means")}</p>,
        fields: [],
        submit: async () => {
          await cancelling({ id: p.id, etag: p.etag });
          done(t("placements.cancel.done"));
        },
      }),
  };
}
