import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useFirm } from "../api/me";
import { ago, moment } from "../i18n/format";

/** How long ago something was, with the very moment for whoever points at it; a dash for never. */
export function When({ at, exact = false }: { at: Timestamp | undefined; exact?: boolean }) {
  const zone = useFirm()?.timeZone;
  if (!at) return <>—</>;
  const full = moment(at, zone);
  return (
    <time dateTime={timestampDate(at).toISOString()} title={full} className="num">
      {exact ? full : ago(at)}
    </time>
  );
}
