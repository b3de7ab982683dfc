import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { MemberName } from "../../blocks/People";
import { When } from "../../blocks/When";
import type { Export } from "../../gen/baton/directory/v1/export_pb";
import { ExportService } from "../../gen/baton/directory/v1/export_service_pb";

/** How long a large export stands on the start page. */
const DAYS_MS = 7 * 86_400_000;

/** Large exports of others, for whoever administers; nothing where there are none. */
export function LargeExports() {
  const { t } = useTranslation("home");
  const me = useMe();
  const enabled = me.id !== "" && me.can(Duty.ADMINISTRATION, Access.READ);
  const { data } = useRead(ExportService.method.listExports, { large: true, pageSize: 20 }, { enabled });
  const since = Date.now() - DAYS_MS;
  const isNews = (e: Export) => e.createTime !== undefined && timestampMs(e.createTime) >= since;
  const rows = (data?.exports ?? []).filter((e) => e.memberId !== me.id && isNews(e)).slice(0, 5);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="today-exports">
      <h2 id="today-exports">
        <Link to="/admin/exports" search={{ large: "1" } as never}>
          {t("today.largeExports")}
        </Link>
      </h2>
      <ul className="plain">
        {rows.map((e) => (
          <li key={e.id} className="panel bar">
            <span className="grow">
              <MemberName id={e.memberId} /> · {t(`common:nav.${e.collection}` as never, e.collection)}{" "}
              <span className="hint">
                {e.rowCount === undefined
                  ? t("today.exportRowsUnknown")
                  : t("today.exportRows", { count: Number(e.rowCount) })}
              </span>
            </span>
            <When at={e.createTime} />
          </li>
        ))}
      </ul>
    </section>
  );
}
