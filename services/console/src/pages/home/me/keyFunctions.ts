import { useRead } from "../../../api/calls";
import { Access, type Duty } from "../../../api/me";
import { useWords } from "../../../blocks/words";
import { AccessSchema, FunctionSchema } from "../../../gen/baton/directory/v1/grant_pb";
import { SessionService } from "../../../gen/baton/directory/v1/session_service_pb";

/** A function that a key is limited to. */
interface Limit {
  function: Duty;
  access: Access;
}

const textOf = (limit: Limit) => `${limit.function} ${limit.access}`;

/** A choice of a form as the contract wants it. */
export function functionOf(choice: string): Limit {
  const [duty = 0, access = 0] = choice.split(" ").map(Number);
  return { function: duty, access };
}

/** The functions that a key of the reader may have, each to read or also to change. */
export function useKeyFunctions() {
  const words = useWords();
  const mine = useRead(SessionService.method.getMe, {}, { staleTime: 60_000 }).data?.functions ?? [];
  const word = (limit: Limit) =>
    `${words.word(FunctionSchema, limit.function)} · ${words.word(AccessSchema, limit.access)}`;
  const all = mine.flatMap((f) =>
    [Access.READ, Access.WRITE].filter((access) => access <= f.access).map((access) => ({ ...f, access })),
  );
  const choices = new Map(all.map((limit) => [textOf(limit), { value: textOf(limit), label: word(limit) }]));
  return { word, choices: [...choices.values()] };
}
