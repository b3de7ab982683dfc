import type { JsonValue } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { useTranslation } from "react-i18next";
import { useDepartments, useTeams } from "../../api/names";
import { day, number } from "../../i18n/format";
import { ObjectName } from "../Objects";
import { MemberName, TerritoryName } from "../People";
import { When } from "../When";
import { useWords } from "../words";
import { isNothing } from "./told";
import { enumWord, useChangeWords } from "./useChangeWords";

/** Fields that name a member. */
const MEMBERS =
  /^(owner|manager|member|successor|assignee|verifier|salesperson|sharer|started_by|joined_by|left_by|entered_by|executed_by|answered_by|escalated_to)_id$/;
/** Fields that name an object of the chain, and its kind. */
const OBJECTS: Record<string, string> = {
  party_id: "ACCOUNT",
  contact_id: "CONTACT",
  campaign_id: "CAMPAIGN",
  lead_id: "LEAD",
  opportunity_id: "OPPORTUNITY",
  project_id: "PROJECT",
  contract_id: "CONTRACT",
  order_id: "ORDER",
  product_id: "PRODUCT",
};
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The value of a field as people read it: names for ids, words for choices, days and moments as they are told here. */
export function ChangedValue({ field, value }: { field: string; value: JsonValue }) {
  const { t } = useTranslation(["changes", "common"]);
  if (value === null || isNothing(value)) return <span className="hint">{t("empty")}</span>;
  if (typeof value === "boolean") return <>{t(value ? "common:state.yes" : "common:state.no")}</>;
  if (typeof value === "number") return <span className="num">{number(value)}</span>;
  if (typeof value === "string") return <TextValue field={field} value={value} />;
  if (Array.isArray(value)) return <ListValue field={field} values={value} />;
  const { kind, id } = value;
  if (typeof kind === "string" && typeof id === "string" && id !== "") return <ObjectName kind={kind} id={id} number />;
  return <Parts parts={value} />;
}

function TextValue({ field, value }: { field: string; value: string }) {
  const departments = useDepartments();
  const teams = useTeams();
  const words = useWords();
  const name = field.replace(/_ids$/, "_id");
  if (MEMBERS.test(name)) return <MemberName id={value} />;
  if (name === "territory_id") return <TerritoryName id={value} />;
  if (name === "department_id") return <>{departments.name(value) || "…"}</>;
  if (name === "team_id") return <>{teams.name(value) || "…"}</>;
  if (name === "roles" || name === "role") return <>{words.role(value)}</>;
  const kind = OBJECTS[name];
  if (kind) return <ObjectName kind={kind} id={value} number />;
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return <When at={timestampFromDate(new Date(value))} exact />;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return <span className="num">{day(value)}</span>;
  // An id without a name tells a reader nothing.
  if (ID.test(value)) return <>…</>;
  return <span className="said">{enumWord(value) ?? value}</span>;
}

/** Few plain values are told; of many, or of records within the record, how many there are. */
function ListValue({ field, values }: { field: string; values: JsonValue[] }) {
  const { t } = useTranslation("changes");
  const told = values.filter((v): v is string => typeof v === "string");
  if (told.length < values.length || told.length > 8) return <>{t("items", { count: values.length })}</>;
  return (
    <>
      {told.map((value, i) => (
        <span key={value}>
          {i > 0 && " · "}
          <TextValue field={field} value={value} />
        </span>
      ))}
    </>
  );
}

function Parts({ parts }: { parts: { [name: string]: JsonValue } }) {
  const { field } = useChangeWords();
  const told = Object.entries(parts).filter(([, value]) => !isNothing(value));
  return (
    <>
      {told.map(([name, value], i) => (
        <span key={name}>
          {i > 0 && " · "}
          {field(name)} <ChangedValue field={name} value={value} />
        </span>
      ))}
    </>
  );
}
