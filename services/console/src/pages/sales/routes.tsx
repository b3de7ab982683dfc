import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("sales");
/** Records tell besides what was said with the customer, and what was handed on. */
const record = lazyPages("sales", "customers", "insight");

export const salesRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities",
      component: page(() => import("./Opportunities"), "Opportunities"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities/board",
      component: page(() => import("./DealBoard"), "DealBoard"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities/$id",
      component: record(() => import("./Opportunity"), "Opportunity"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/projects",
      component: page(() => import("./Projects"), "Projects"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/projects/$id",
      component: record(() => import("./Project"), "Project"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/processes",
      component: page(() => import("./Processes"), "Processes"),
    }),
  ] as const;
