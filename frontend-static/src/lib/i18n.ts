// The two languages of the page; the choice is remembered on this machine.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "../locales/en.json";
import id from "../locales/id.json";
import type { Language } from "./format";
import { recall, remember } from "./memory";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof id };
  }
}

const KEY = "tanggap.bahasa";

export function startI18n(): void {
  void i18next.use(initReactI18next).init({
    lng: recall(KEY) === "en" ? "en" : "id",
    fallbackLng: "id",
    resources: { id: { translation: id }, en: { translation: en } },
    // React escapes what it renders; escaping twice would show "&amp;".
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = i18next.language;
}

export function switchLanguage(language: Language): void {
  remember(KEY, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
