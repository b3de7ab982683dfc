import { toJson } from "@bufbuild/protobuf";
import { useTranslation } from "react-i18next";
import { useAct, useCall } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import type { Ask } from "../../blocks/ask";
import { saveAs } from "../../blocks/csv";
import { useDo } from "../../blocks/doing";
import { useSay } from "../../blocks/say";
import { useChoices, useWords } from "../../blocks/words";
import {
  type Erasure,
  ErasureReason,
  ErasureReasonSchema,
  PersonalDataSchema,
} from "../../gen/baton/customer/v1/person_pb";
import { PersonService } from "../../gen/baton/customer/v1/person_service_pb";

/** Somebody outside whose data are held: a contact, or a customer who is a person. */
export interface Person {
  id: string;
  etag: string;
  /** What has to be typed before he is erased. */
  name: string;
}

/** What is held of a person, and how it is erased; nothing for whoever does not administer. */
export function usePersonActs(ask: Ask) {
  const { t } = useTranslation("customers");
  const { done } = useDo();
  const say = useSay();
  const me = useMe();
  const asking = useCall(PersonService.method.getPersonalData);
  const foreseeing = useCall(PersonService.method.erasePerson);
  const erasing = useAct(PersonService.method.erasePerson);
  const reasons = useChoices(ErasureReasonSchema);
  const attempt = (act: () => Promise<unknown>) => void act().catch(say.refused);
  if (!me.can(Duty.ADMINISTRATION, Access.WRITE)) return undefined;
  return {
    /** Hands the reader everything that is held, as a file. */
    held: (person: Person) =>
      attempt(async () => {
        const { personalData } = await asking({ id: person.id });
        if (!personalData) return;
        const text = JSON.stringify(toJson(PersonalDataSchema, personalData), null, 2);
        saveAs(`${person.id}.json`, "application/json", text);
      }),
    erase: (person: Person) =>
      attempt(async () => {
        const request = { id: person.id, etag: person.etag, reason: ErasureReason.REQUESTED };
        const { erasure } = await foreseeing({ ...request, validateOnly: true });
        await ask({
          title: t("personal.erase"),
          intro: <Foreseen erasure={erasure} />,
          okText: t("personal.erase"),
          danger: true,
          fields: [
            { name: "reason", label: t("personal.reason"), kind: "choice", options: reasons, required: true },
            { name: "typed", label: t("personal.typed", { name: person.name }), required: true, exactly: person.name },
          ],
          submit: async (v) => {
            await erasing.mutateAsync({ ...request, reason: v.reason });
            done(t("personal.erased"));
          },
        });
      }),
  };
}

export type PersonActs = NonNullable<ReturnType<typeof usePersonActs>>;

/** What will go, what stays, and that it cannot be taken back. */
function Foreseen({ erasure }: { erasure: Erasure | undefined }) {
  const { t } = useTranslation("customers");
  const { kind } = useWords();
  const told = (kept: boolean) =>
    (erasure?.counts ?? [])
      .filter((c) => c.kept === kept)
      .map((c) => `${kind(c.kind)} ${c.records}`)
      .join(" · ");
  return (
    <div className="stack">
      <p>{t("personal.eraseIntro")}</p>
      <p className="num">{t("personal.goes", { records: told(false) })}</p>
      {told(true) && <p className="num">{t("personal.stays", { records: told(true) })}</p>}
    </div>
  );
}
