import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const marketingRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/campaigns",
      component: lazyPage(() => import("./Campaigns"), "Campaigns"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/campaigns/$id",
      component: lazyPage(() => import("./Campaign"), "Campaign"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/prospects",
      component: lazyPage(() => import("./Prospects"), "Prospects"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/verify",
      component: lazyPage(() => import("./Verify"), "Verify"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/leads",
      component: lazyPage(() => import("./Leads"), "Leads"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/leads/$id",
      component: lazyPage(() => import("./Lead"), "Lead"),
    }),
  ] as const;
