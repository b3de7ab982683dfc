import { theme as antTheme, type ThemeConfig } from "antd";
import { useSyncExternalStore } from "react";

export type Appearance = "auto" | "light" | "dark";

const KEY = "baton.appearance";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function kept(): Appearance {
  const text = localStorage.getItem(KEY);
  return text === "light" || text === "dark" ? text : "auto";
}

/** Chooses how the console looks in this browser. */
export function setAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance);
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void) {
  listeners.add(tell);
  dark.addEventListener("change", tell);
  return () => {
    listeners.delete(tell);
    dark.removeEventListener("change", tell);
  };
}

/** What was chosen, and whether that comes to dark now. */
export function useAppearance(): { appearance: Appearance; isDark: boolean } {
  const appearance = useSyncExternalStore(subscribe, kept);
  const prefers = useSyncExternalStore(subscribe, () => dark.matches);
  return { appearance, isDark: appearance === "dark" || (appearance === "auto" && prefers) };
}

/** Whether the reader wants nothing to move. */
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The look of all controls; the page's own styles use the same values as variables. */
export function look(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    cssVar: { key: "baton" },
    hashed: false,
    token: {
      colorPrimary: isDark ? "#6ea4f0" : "#1f5fbf",
      colorPrimaryHover: isDark ? "#8bb8f5" : "#1a50a3",
      colorPrimaryActive: isDark ? "#a5c8f8" : "#143f82",
      colorLinkHover: isDark ? "#a5c8f8" : "#1a50a3",
      colorInfo: isDark ? "#6ea4f0" : "#1f5fbf",
      colorLink: isDark ? "#8bb8f5" : "#1f5fbf",
      colorError: isDark ? "#f08080" : "#b42318",
      colorTextLightSolid: isDark ? "#0c1a2e" : "#ffffff",
      colorTextSecondary: isDark ? "#b6bfcc" : "#4b5563",
      colorTextDescription: isDark ? "#b6bfcc" : "#4b5563",
      colorTextPlaceholder: isDark ? "#98a2b3" : "#667085",
      colorBgContainer: isDark ? "#171c24" : "#ffffff",
      colorBgElevated: isDark ? "#1d232d" : "#ffffff",
      colorBgLayout: isDark ? "#10141a" : "#f5f7fa",
      colorBorder: isDark ? "#3a4454" : "#c8d0dc",
      colorBorderSecondary: isDark ? "#2a323e" : "#e2e7ef",
      borderRadius: 6,
      fontSize: 14,
      fontFamily: "var(--fonts)",
      motion: !still,
      motionDurationMid: "0.12s",
    },
    components: {
      // The chosen page in the navigation, 4.5 to 1 on its own ground.
      Menu: { itemSelectedColor: isDark ? "#b5d2fb" : "#1f5fbf" },
      Layout: {
        siderBg: isDark ? "#171c24" : "#ffffff",
        headerBg: isDark ? "#171c24" : "#ffffff",
        headerPadding: "0 16px",
        headerHeight: 52,
      },
    },
  };
}
