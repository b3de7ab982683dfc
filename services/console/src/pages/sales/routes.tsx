import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const salesRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities",
      component: lazyRouteComponent(() => import("./Opportunities"), "Opportunities"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities/board",
      component: lazyRouteComponent(() => import("./DealBoard"), "DealBoard"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/opportunities/$id",
      component: lazyRouteComponent(() => import("./Opportunity"), "Opportunity"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/projects",
      component: lazyRouteComponent(() => import("./Projects"), "Projects"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/projects/$id",
      component: lazyRouteComponent(() => import("./Project"), "Project"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/processes",
      component: lazyRouteComponent(() => import("./Processes"), "Processes"),
    }),
  ] as const;
