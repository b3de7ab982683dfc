import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const insightRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/handoffs",
      component: lazyRouteComponent(() => import("./Handoffs"), "Handoffs"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/funnels/chain",
      component: lazyRouteComponent(() => import("./ChainFunnel"), "ChainFunnel"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/funnels/sales",
      component: lazyRouteComponent(() => import("./SalesFunnel"), "SalesFunnel"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/trace/$kind/$id",
      component: lazyRouteComponent(() => import("./Trace"), "Trace"),
    }),
  ] as const;
