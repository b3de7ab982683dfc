import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const insightRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/handoffs",
      component: lazyPage(() => import("./Handoffs"), "Handoffs"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/funnels/chain",
      component: lazyPage(() => import("./ChainFunnel"), "ChainFunnel"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/funnels/sales",
      component: lazyPage(() => import("./SalesFunnel"), "SalesFunnel"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/trace/$kind/$id",
      component: lazyPage(() => import("./Trace"), "Trace"),
    }),
  ] as const;
