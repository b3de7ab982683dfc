import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { adminRoutes } from "./pages/admin/routes";
import { commerceRoutes } from "./pages/commerce/routes";
import { customerRoutes } from "./pages/customers/routes";
import { homeRoutes } from "./pages/home/routes";
import { importRoutes } from "./pages/imports/routes";
import { insightRoutes } from "./pages/insight/routes";
import { marketingRoutes } from "./pages/marketing/routes";
import { salesRoutes } from "./pages/sales/routes";
import { Broken, NotFound } from "./shell/Broken";
import { Shell } from "./shell/Shell";

/** What stands after the question mark: texts by name. The address holds the whole state of a list. */
export type Search = Record<string, string | undefined>;

const root = createRootRoute({
  validateSearch: (search: Record<string, unknown>): Search =>
    Object.fromEntries(Object.entries(search).map(([k, v]) => [k, String(v)])),
});

/** All pages stand within the shell. */
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
export type Parent = typeof shell;

const parse = (text: string) => Object.fromEntries(new URLSearchParams(text));
const write = (search: Record<string, unknown>) => {
  const kept = Object.entries(search).filter(([, v]) => v !== undefined && v !== "");
  const text = new URLSearchParams(kept.map(([k, v]) => [k, String(v)])).toString();
  return text ? `?${text}` : "";
};

export const router = createRouter({
  routeTree: root.addChildren([
    shell.addChildren([
      ...homeRoutes(shell),
      ...marketingRoutes(shell),
      ...salesRoutes(shell),
      ...commerceRoutes(shell),
      ...customerRoutes(shell),
      ...insightRoutes(shell),
      ...importRoutes(shell),
      ...adminRoutes(shell),
      createRoute({ getParentRoute: () => shell, path: "$", component: NotFound }),
    ]),
  ]),
  parseSearch: parse,
  stringifySearch: write,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
