// Consultations as pairs: what was asked of the superior, and the arahan that answered it.
import { Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Consultation } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function Consultations({ items }: { items: Consultation[] }) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" gap="sm" className="plain-list">
      {items.map((item) => (
        <Paper key={item.pertanyaan.pada} withBorder p="sm" component="li" maw={860}>
          <Said label={t("consultation.asked")} words={item.pertanyaan} />
          {item.arahan ? (
            <>
              <Said label={t("consultation.given")} words={item.arahan} />
              <Text size="xs" c="dimmed" className="hostile">
                {t("consultation.route", { kepada: item.kepada.join(", "), tembusan: item.tembusan.join(", ") })}
              </Text>
            </>
          ) : (
            <Text size="sm" c="dimmed">
              {t("consultation.waiting")}
            </Text>
          )}
        </Paper>
      ))}
    </Stack>
  );
}

function Said({ label, words }: { label: string; words: Consultation["pertanyaan"] }) {
  const format = useFormatter();
  return (
    <div className="hostile" style={{ marginBottom: 8 }}>
      <Group gap={6}>
        <Text fw={600}>{label}</Text>
        <Text size="xs" c="dimmed">
          {words.oleh}, {words.jabatan} · {format.moment(words.pada)}
        </Text>
      </Group>
      <Text style={{ whiteSpace: "pre-wrap" }}>{words.teks || "–"}</Text>
    </div>
  );
}
