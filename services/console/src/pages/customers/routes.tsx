import { createRoute } from "@tanstack/react-router";
import type { Parent } from "../../router";
import { lazyPages } from "../../shell/lazyPage";

const page = lazyPages("customers");
/** Records tell besides what was said with the customer, and what was handed on. */
const record = lazyPages("customers", "insight");

export const customerRoutes = (parent: Parent) =>
  [
    createRoute({
      getParentRoute: () => parent,
      path: "/customers",
      component: page(() => import("./Accounts"), "Accounts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/customers/$id",
      component: record(() => import("./Customer"), "Customer"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/contacts",
      component: page(() => import("./Contacts"), "Contacts"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/follow-ups",
      component: page(() => import("./FollowUps"), "FollowUps"),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: "/interactions",
      component: page(() => import("./Interactions"), "Interactions"),
    }),
  ] as const;
