import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("home");
const today = lazyPages("home", "insight", "customers", "share");
const me = lazyPages("home", "admin");

export const homeRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/",
      component: today(() => import("./Today"), "Today"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/tour",
      component: page(() => import("./Tour"), "Tour"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/me",
      component: me(() => import("./Me"), "Me"),
    }),
  ] as const;
