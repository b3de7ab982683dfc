import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("admin");
/** The page of what somebody may do tells what is shared with him. */
const withShares = lazyPages("admin", "share");
const audit = lazyPages("changes");
const exported = lazyPages("exports", "changes");
/** The page of a handover says the steps of a life in the words of commerce. */
const withSteps = lazyPages("admin", "commerce");

export const adminRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/members",
      component: page(() => import("./Members"), "Members"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/members/$id/rights",
      component: withShares(() => import("./MemberRights"), "MemberRights"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/teams",
      component: page(() => import("./Teams"), "Teams"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/departments",
      component: page(() => import("./Departments"), "Departments"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/territories",
      component: page(() => import("./Territories"), "Territories"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/placements",
      component: page(() => import("./Placements"), "Placements"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/functions",
      component: page(() => import("./Functions"), "Functions"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/leaver-handovers",
      component: page(() => import("./LeaverHandovers"), "LeaverHandovers"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/leaver-handovers/$id",
      component: withSteps(() => import("./LeaverHandover"), "LeaverHandover"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/audit",
      component: audit(() => import("./Audit"), "Audit"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/exports",
      component: exported(() => import("./Exports"), "Exports"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/admin/settings",
      component: page(() => import("./Settings"), "Settings"),
    }),
  ] as const;
