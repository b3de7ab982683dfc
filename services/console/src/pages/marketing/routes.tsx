import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const marketingRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/campaigns",
      component: lazyRouteComponent(() => import("./Campaigns"), "Campaigns"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/campaigns/$id",
      component: lazyRouteComponent(() => import("./Campaign"), "Campaign"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/prospects",
      component: lazyRouteComponent(() => import("./Prospects"), "Prospects"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/verify",
      component: lazyRouteComponent(() => import("./Verify"), "Verify"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/leads",
      component: lazyRouteComponent(() => import("./Leads"), "Leads"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/leads/$id",
      component: lazyRouteComponent(() => import("./Lead"), "Lead"),
    }),
  ] as const;
