import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("marketing");
/** Records tell besides what was said with the customer, and what was handed on. */
const record = lazyPages("marketing", "customers", "insight");

export const marketingRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/campaigns",
      component: page(() => import("./Campaigns"), "Campaigns"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/campaigns/$id",
      component: record(() => import("./Campaign"), "Campaign"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/prospects",
      component: page(() => import("./Prospects"), "Prospects"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/verify",
      component: record(() => import("./Verify"), "Verify"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/leads",
      component: page(() => import("./Leads"), "Leads"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/leads/$id",
      component: record(() => import("./Lead"), "Lead"),
    }),
  ] as const;
