import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPage } from "../../shell/lazyPage";

export const customerRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/customers",
      component: lazyPage(() => import("./Accounts"), "Accounts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/customers/$id",
      component: lazyPage(() => import("./Customer"), "Customer"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/contacts",
      component: lazyPage(() => import("./Contacts"), "Contacts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/follow-ups",
      component: lazyPage(() => import("./FollowUps"), "FollowUps"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/interactions",
      component: lazyPage(() => import("./Interactions"), "Interactions"),
    }),
  ] as const;
