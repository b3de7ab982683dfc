import { lazyDialog } from "../shell/lazyPart";

/** Shows a record to others, and ends that; fetched apart from the page, with its words. */
export const ShareDialog = lazyDialog(() => import("./share/ShareDialog").then((m) => m.ShareDialog));
