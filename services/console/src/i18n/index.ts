import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import type zh from "./zh-CN";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A part of the console whose texts are one file in each language. */
export type Area = keyof typeof zh;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof zh;
  }
}

/** What every page says: there before anything is shown. The rest comes with the pages that say it. */
const EVERYWHERE: Area[] = ["common", "words"];

const files = import.meta.glob<object>("./*/*.json", { import: "default" });

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, area, done) => {
    const texts = files[`./${language}/${area}.json`]?.();
    if (!texts) return done(`no texts of ${area} in ${language}`, false);
    // Told to be worth another try: the line may be broken.
    texts.then(
      (read) => done(null, read as Record<string, string>),
      (cause) => done(String(cause), true),
    );
  },
};

const isLanguage = (text: string | null): text is Language => LANGUAGES.some((l) => l === text);

/** Speaks a language from now on, and remembers it in this browser. */
export async function speak(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  localStorage.setItem("baton.language", language);
  document.documentElement.lang = language;
}

/** Fetches the texts of areas that will be wanted: who uses them before they are there waits for them. */
export const fetchTexts = (areas: Area[]): Promise<void> =>
  new Promise((done, failed) => {
    void i18next.loadNamespaces(areas, (cause: unknown) => (cause ? failed(cause) : done()));
  });

/** Fetches all texts there are: they are few, and what opens over a page may say any of them. */
export function fetchAllTexts(): Promise<void> {
  const areas = Object.keys(files).map((path) => path.replace(/^.*\/(.*)\.json$/, "$1") as Area);
  return fetchTexts([...new Set(areas)]);
}

/** Begins in the language of the last visit, else in the one that the browser asks for, else in Chinese. */
export async function startSpeaking(): Promise<void> {
  const kept = localStorage.getItem("baton.language");
  const asked = navigator.languages.find((l) => /^(zh|en)\b/i.test(l));
  const language = isLanguage(kept) ? kept : asked?.toLowerCase().startsWith("en") ? "en" : "zh-CN";
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: language,
      load: "currentOnly",
      fallbackLng: false,
      ns: EVERYWHERE,
      defaultNS: "common",
      interpolation: { escapeValue: false },
    });
  localStorage.setItem("baton.language", language);
  document.documentElement.lang = language;
}
