import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const commerceRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/contracts",
      component: lazyPage(() => import("./Contracts"), "Contracts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/contracts/$id",
      component: lazyPage(() => import("./Contract"), "Contract"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/orders",
      component: lazyPage(() => import("./Orders"), "Orders"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/orders/$id",
      component: lazyPage(() => import("./Order"), "Order"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/products",
      component: lazyPage(() => import("./Products"), "Products"),
    }),
  ] as const;
