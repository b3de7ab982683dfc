import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const importRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/imports",
      component: lazyRouteComponent(() => import("./Imports"), "Imports"),
    }),
  ] as const;
