import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const commerceRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/contracts",
      component: lazyRouteComponent(() => import("./Contracts"), "Contracts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/contracts/$id",
      component: lazyRouteComponent(() => import("./Contract"), "Contract"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/orders",
      component: lazyRouteComponent(() => import("./Orders"), "Orders"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/orders/$id",
      component: lazyRouteComponent(() => import("./Order"), "Order"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/products",
      component: lazyRouteComponent(() => import("./Products"), "Products"),
    }),
  ] as const;
