import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type zh from "./zh-CN";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof zh;
  }
}

const loaders = { "zh-CN": () => import("./zh-CN"), en: () => import("./en") };

const isLanguage = (text: string | null): text is Language => LANGUAGES.some((l) => l === text);

/** Speaks a language from now on, and remembers it in this browser. */
export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "common")) {
    const areas = (await loaders[language]()).default;
    for (const [area, texts] of Object.entries(areas)) i18next.addResourceBundle(language, area, texts);
  }
  await i18next.changeLanguage(language);
  localStorage.setItem("baton.language", language);
  document.documentElement.lang = language;
}

/** Begins in the language of the last visit, else in the one that the browser asks for, else in Chinese. */
export async function startSpeaking(): Promise<void> {
  const kept = localStorage.getItem("baton.language");
  const asked = navigator.languages.find((l) => /^(zh|en)\b/i.test(l));
  const language = isLanguage(kept) ? kept : asked?.toLowerCase().startsWith("en") ? "en" : "zh-CN";
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: ["common"],
    defaultNS: "common",
    resources: {},
    interpolation: { escapeValue: false },
    // Texts are there before anything is shown.
    initAsync: false,
  });
  await speak(language);
}
