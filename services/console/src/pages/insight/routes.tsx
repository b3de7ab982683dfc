import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("insight");

export const insightRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/handoffs",
      component: page(() => import("./Handoffs"), "Handoffs"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/funnels/chain",
      component: page(() => import("./ChainFunnel"), "ChainFunnel"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/funnels/sales",
      component: page(() => import("./SalesFunnel"), "SalesFunnel"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/trace/$kind/$id",
      component: page(() => import("./Trace"), "Trace"),
    }),
  ] as const;
