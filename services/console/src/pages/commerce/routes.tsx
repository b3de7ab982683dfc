import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("commerce");
/** Records tell besides what was said with the customer, and what was handed on. */
const record = lazyPages("commerce", "customers", "insight");

export const commerceRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/contracts",
      component: page(() => import("./Contracts"), "Contracts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/contracts/$id",
      component: record(() => import("./Contract"), "Contract"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/orders",
      component: page(() => import("./Orders"), "Orders"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/orders/$id",
      component: record(() => import("./Order"), "Order"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/products",
      component: page(() => import("./Products"), "Products"),
    }),
  ] as const;
