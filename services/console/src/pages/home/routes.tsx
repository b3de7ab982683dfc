import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const homeRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/",
      component: lazyRouteComponent(() => import("./Today"), "Today"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/tour",
      component: lazyRouteComponent(() => import("./Tour"), "Tour"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/me",
      component: lazyRouteComponent(() => import("./Me"), "Me"),
    }),
  ] as const;
