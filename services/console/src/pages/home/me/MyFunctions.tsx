import { useTranslation } from "react-i18next";
import { useRead } from "../../../api/calls";
import { Access } from "../../../api/me";
import { Pill } from "../../../blocks/Pill";
import { Empty } from "../../../blocks/states";
import { Table } from "../../../blocks/Table";
import { useWords } from "../../../blocks/words";
import { FunctionSchema } from "../../../gen/baton/directory/v1/grant_pb";
import { SessionService } from "../../../gen/baton/directory/v1/session_service_pb";
import { useGrantWords } from "../../admin/GrantWords";

/** What the reader may do, as the directory tells it. */
export function MyFunctions() {
  const { t } = useTranslation("admin");
  const words = useWords();
  const said = useGrantWords();
  const functions = useRead(SessionService.method.getMe, {}, { staleTime: 60_000 }).data?.functions ?? [];
  return (
    <section className="panel" aria-label={t("me.functions")}>
      <h2>{t("me.functions")}</h2>
      {functions.length === 0 ? (
        <Empty title={t("powers.none")} hint={t("powers.noneHint")} />
      ) : (
        <Table
          rowKey={(f) => `${f.function} ${f.access}`}
          rows={functions}
          columns={[
            { key: "duty", title: t("powers.duty"), render: (f) => words.word(FunctionSchema, f.function) },
            {
              key: "power",
              title: t("powers.power"),
              render: (f) => <Pill tone={f.access === Access.WRITE ? "success" : "info"}>{said.power(f)}</Pill>,
            },
          ]}
        />
      )}
    </section>
  );
}
