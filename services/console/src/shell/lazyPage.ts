import { lazyRouteComponent } from "@tanstack/react-router";
import { type Area, fetchTexts } from "../i18n";

/** The code of a page could not be fetched: the system is gone, or there is a newer one with other files. */
export class PageAway extends Error {}

/**
 * Pages whose code is fetched when they are opened, together with the texts they say most. A fetch that fails is told by
 * `PageAway`: the router would load the whole window anew, and while the system is away the reader would lose even what he has.
 */
export const lazyPages =
  (...areas: Area[]) =>
  <Pages extends Record<string, unknown>, Name extends keyof Pages & string>(
    fetchPages: () => Promise<Pages>,
    name: Name,
  ) => {
    const told = () =>
      Promise.all([fetchPages(), fetchTexts(areas)]).then(
        ([pages]) => pages,
        (cause: unknown) => {
          throw new PageAway("the page could not be fetched", { cause });
        },
      );
    return lazyRouteComponent(told as () => Promise<Record<string, never>>, name);
  };
