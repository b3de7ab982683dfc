import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const salesRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities",
      component: lazyPage(() => import("./Opportunities"), "Opportunities"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities/board",
      component: lazyPage(() => import("./DealBoard"), "DealBoard"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities/$id",
      component: lazyPage(() => import("./Opportunity"), "Opportunity"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/projects",
      component: lazyPage(() => import("./Projects"), "Projects"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/projects/$id",
      component: lazyPage(() => import("./Project"), "Project"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/processes",
      component: lazyPage(() => import("./Processes"), "Processes"),
    }),
  ] as const;
