// The SOP's own words in the reader's language; Bahasa Indonesia where it has no English.
import type { Language } from "./format";
import type { Words } from "./types";

export const inLanguage = (words: Words, language: Language): string => (language === "en" && words.en) || words.id;
