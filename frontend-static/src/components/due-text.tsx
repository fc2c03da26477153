// How long a step has left by its standard time, or by how much it is over.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { workingSpan } from "../lib/format";
import type { Due } from "../lib/types";
import { useFormatter, useLanguage } from "../lib/use-formatter";

export function DueText({ due }: { due: Due }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  if (due.batas === null || due.sisa_menit === null) return null;
  const span = workingSpan(language, due.sisa_menit);
  return (
    <Text component="span" display="block" size="xs">
      <Text
        component="span"
        display="block"
        size="xs"
        fw={700}
        {...(due.terlambat ? { c: "var(--mantine-color-error)" } : {})}
      >
        {due.terlambat ? t("due.late", { span }) : t("due.left", { span })}
      </Text>
      <Text component="span" display="block" size="xs" c="dimmed">
        {t("due.until", { moment: format.short(due.batas) })}
      </Text>
    </Text>
  );
}
