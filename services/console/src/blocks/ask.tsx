import { type ComponentProps, type ReactNode, useCallback, useRef, useState } from "react";
import { FormDialog, type Values } from "./Form";

/** What a dialog asks for; without `submit` it only asks. */
export type Asked = Omit<ComponentProps<typeof FormDialog>, "open" | "onClose" | "submit"> & {
  submit?: (values: Values) => Promise<unknown>;
};

/** Opens a dialog; resolves to what was filled in once it was done, to nothing if the reader thinks better. */
export type Ask = (asked: Asked) => Promise<Values | undefined>;

interface Open {
  turn: number;
  open: boolean;
  asked: Asked;
  answer: (values: Values | undefined) => void;
}

/** The dialogs of a page, one at a time: where it stands on the page, and how to ask. */
export function useAsk(): { ask: Ask; dialog: ReactNode } {
  const [now, setNow] = useState<Open>();
  const filled = useRef<Values | undefined>(undefined);
  const ask = useCallback<Ask>(
    (asked) =>
      new Promise((answer) => {
        filled.current = undefined;
        setNow((before) => ({ turn: (before?.turn ?? 0) + 1, open: true, asked, answer }));
      }),
    [],
  );
  const dialog = now && (
    <FormDialog
      key={now.turn}
      {...now.asked}
      open={now.open}
      submit={async (values) => {
        await now.asked.submit?.(values);
        filled.current = values;
      }}
      onClose={() => {
        setNow({ ...now, open: false });
        now.answer(filled.current);
      }}
    />
  );
  return { ask, dialog };
}
