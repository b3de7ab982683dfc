import { Form, Select } from "antd";
import { useRead } from "../../../api/calls";
import type { Picked } from "../../../blocks/pick";
import { LeaverHandoverService } from "../../../gen/baton/directory/v1/leaver_handover_service_pb";

/** Records that are offered to pick from; a rule by kind, territory or account is for more. */
const OFFERED = 500;

/** Picks a record that the leaver holds, of the kind in the field `kind` of the form. */
export function HeldPick({ handoverId, ...props }: Picked & { handoverId: string }) {
  const kind = (Form.useWatch("kind", Form.useFormInstance()) as string | undefined) ?? "";
  const asked = { id: handoverId, kind, pageSize: OFFERED };
  const found = useRead(LeaverHandoverService.method.listHeldRecords, asked, { enabled: kind !== "" });
  // What the reader may not open has no name to pick it by.
  const options = (found.data?.records ?? [])
    .filter((r) => r.number || r.title)
    .map((r) => ({ value: r.id, label: [r.number, r.title].filter(Boolean).join(" · ") }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={found.isFetching}
      {...props}
      value={options.some((o) => o.value === props.value) ? props.value : undefined}
      options={options}
    />
  );
}
