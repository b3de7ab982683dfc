import { Form, Select } from "antd";
import { useRead } from "../api/calls";
import { useNode } from "../api/nodes";
import { ContactState } from "../gen/baton/customer/v1/contact_pb";
import { ContactService } from "../gen/baton/customer/v1/contact_service_pb";
import type { Picked } from "./pick";

/** Picks a contact of a party: of the one given, else of the one in the field `partyId` of the form. */
export function ContactPick({ partyId, ...props }: Picked & { partyId?: string }) {
  const inForm = Form.useWatch("partyId", Form.useFormInstance()) as string | undefined;
  const of = partyId || inForm || "";
  const asked = { partyId: of, state: ContactState.ACTIVE, orderBy: "name", pageSize: 200 };
  const found = useRead(ContactService.method.listContacts, asked, { enabled: of !== "" });
  const chosen = useNode("CONTACT", props.value ?? "");
  const options = (found.data?.contacts ?? []).map((c) => ({
    value: c.id,
    label: [c.name, c.jobTitle, c.phone].filter(Boolean).join(" · "),
  }));
  const known = !props.value || options.some((o) => o.value === props.value);
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      disabled={of === ""}
      {...props}
      value={props.value || undefined}
      options={known ? options : [...options, { value: props.value ?? "", label: chosen?.title || "…" }]}
    />
  );
}
