import type { ReactElement, ReactNode } from "react";
import { lazyDialog } from "../shell/lazyPart";

/** A field of a form. `name` is the path of the field in the request, in lower camel case. */
export interface Field {
  name: string;
  label: string;
  kind?:
    | "text"
    | "area"
    | "choice"
    | "choices"
    | "member"
    | "territory"
    | "department"
    | "party"
    | "contact"
    | "product"
    | "day"
    | "moment"
    | "money"
    | "number"
    | "switch"
    | "email"
    | "tel"
    | "password";
  required?: boolean;
  max?: number;
  min?: number;
  /** What has to be typed, word by word, before anything is done that cannot be taken back. */
  exactly?: string;
  options?: { value: string | number; label: string }[];
  hint?: ReactNode;
  /** Shown only while this holds for what is filled in. */
  when?: (values: Values) => boolean;
  placeholder?: string;
  /** Whose contacts a "contact" is one of; left out, those of the field `partyId`. */
  partyId?: string;
  /** The control, where none of the kinds will do. It takes `id`, `value` and `onChange`. */
  control?: ReactElement;
}

/** What a form tells of a field to who does not see it: a control of its own hands it to what the reader writes in. */
export interface FieldTold {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: "true";
  "aria-required"?: "true";
}

/** What is filled in, by the names of the fields. Money is a Money message, days are texts, all else as its kind. */
// biome-ignore lint/suspicious/noExplicitAny: what a form holds is what its fields say
export type Values = Record<string, any>;

export interface DialogProps {
  open: boolean;
  title: string;
  fields: Field[];
  initial?: Values;
  okText?: string;
  danger?: boolean;
  width?: number;
  /** Two short fields beside each other, where there is room. */
  pairs?: boolean;
  /** Words above the fields: what will happen. */
  intro?: ReactNode;
  /** Words or a preview under the fields, by what is filled in; `fill` fills in more. */
  more?: (values: Values, fill: (values: Values) => void) => ReactNode;
  /** First word of the paths in refusals, e.g. "lead" for "lead.title". */
  prefix?: string;
  submit: (values: Values) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for what an act needs and does it. What the service refuses stands at its field; the rest above. */
export const FormDialog = lazyDialog<DialogProps>(() => import("./form/FormDialog").then((m) => m.FormDialog));
