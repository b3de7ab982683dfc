import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const adminRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/members",
      component: lazyRouteComponent(() => import("./Members"), "Members"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/departments",
      component: lazyRouteComponent(() => import("./Departments"), "Departments"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/territories",
      component: lazyRouteComponent(() => import("./Territories"), "Territories"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/functions",
      component: lazyRouteComponent(() => import("./Functions"), "Functions"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/settings",
      component: lazyRouteComponent(() => import("./Settings"), "Settings"),
    }),
  ] as const;
