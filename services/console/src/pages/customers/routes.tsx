import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Parent } from "../../router";

export const customerRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/customers",
      component: lazyRouteComponent(() => import("./Accounts"), "Accounts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/customers/$id",
      component: lazyRouteComponent(() => import("./Customer"), "Customer"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/contacts",
      component: lazyRouteComponent(() => import("./Contacts"), "Contacts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/follow-ups",
      component: lazyRouteComponent(() => import("./FollowUps"), "FollowUps"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/interactions",
      component: lazyRouteComponent(() => import("./Interactions"), "Interactions"),
    }),
  ] as const;
