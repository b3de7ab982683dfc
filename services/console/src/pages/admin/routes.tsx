import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const adminRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/members",
      component: lazyPage(() => import("./Members"), "Members"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/departments",
      component: lazyPage(() => import("./Departments"), "Departments"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/territories",
      component: lazyPage(() => import("./Territories"), "Territories"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/functions",
      component: lazyPage(() => import("./Functions"), "Functions"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/settings",
      component: lazyPage(() => import("./Settings"), "Settings"),
    }),
  ] as const;
