import { lazyPart } from "../shell/lazyPart";

/** The history of changes of a record; fetched apart from the page, with its words, when somebody wants to see it. */
export const ChangeHistory = lazyPart(() => import("./changes/RecordChanges").then((m) => m.RecordChanges));
