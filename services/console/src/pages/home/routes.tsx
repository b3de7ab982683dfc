import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const homeRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/",
      component: lazyPage(() => import("./Today"), "Today"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/tour",
      component: lazyPage(() => import("./Tour"), "Tour"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/me",
      component: lazyPage(() => import("./Me"), "Me"),
    }),
  ] as const;
