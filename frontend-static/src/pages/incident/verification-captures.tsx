// Captures among the evidence: traffic of the suspicious addresses before and since the repair, side by side.
import { Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sizeText } from "../../lib/format";
import type { Capture, CaptureSide, Verification } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import classes from "./verification.module.css";

export function VerificationCaptures({ data }: { data: Verification }) {
  const { t } = useTranslation();
  const captures = data.hasil?.tangkapan ?? [];
  if (captures.length === 0) return null;
  const suspects = data.hasil?.alamat_dicurigai ?? [];
  return (
    <section aria-labelledby="verification-captures">
      <Title order={3} id="verification-captures">
        {t("verification.captures")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs" className="hostile">
        {t("verification.capturesHint", { addresses: suspects.join(", ") || "–" })}
      </Text>
      <Stack gap="sm">
        {captures.map((one) => (
          <CaptureCard key={one.bukti} capture={one} />
        ))}
      </Stack>
    </section>
  );
}

function CaptureCard({ capture }: { capture: Capture }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const most = Math.max(capture.sebelum.aliran_dicurigai, capture.sesudah.aliran_dicurigai, 1);
  return (
    <Paper withBorder p="md" component="article" aria-label={capture.nama}>
      <Text fw={600} className="hostile">
        {capture.nama}
      </Text>
      <Text size="sm" c="dimmed">
        {capture.pertama && capture.terakhir
          ? t("verification.captureSpan", {
              from: format.precise(capture.pertama),
              to: format.precise(capture.terakhir),
              events: format.number(capture.kejadian),
            })
          : t("verification.captureEmpty")}
      </Text>
      {!capture.lengkap && (
        <Text size="sm">{t("verification.captureCut", { events: format.number(capture.kejadian) })}</Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        <Bar title={t("verification.before")} side={capture.sebelum} most={most} />
        <Bar title={t("verification.after")} side={capture.sesudah} most={most} />
      </SimpleGrid>
    </Paper>
  );
}

function Bar({ title, side, most }: { title: string; side: CaptureSide; most: number }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  return (
    <div>
      <Title order={4}>{title}</Title>
      <div className={classes.track} aria-hidden>
        <div className={classes.bar} style={{ width: `${(100 * side.aliran_dicurigai) / most}%` }} />
      </div>
      <Text size="sm">
        {t("verification.suspectFlows", {
          flows: format.number(side.aliran_dicurigai),
          all: format.number(side.aliran),
          size: sizeText(side.byte_dicurigai, language),
        })}
      </Text>
      <Text size="sm">{t("verification.captureFindings", { findings: format.number(side.temuan) })}</Text>
    </div>
  );
}
