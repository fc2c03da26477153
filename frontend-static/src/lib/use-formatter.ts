// The formatter for the reader's language and the office's zone.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { formatter, type Formatter, type Language } from "./format";
import { useMe } from "./queries";

export const useLanguage = (): Language => (useTranslation().i18n.language === "en" ? "en" : "id");

export function useFormatter(): Formatter {
  const language = useLanguage();
  const zone = useMe().data?.zona ?? "UTC";
  return useMemo(() => formatter(language, zone), [language, zone]);
}
