// The clocks of the run: each active step's limit beside that of the whole, and what each putaran has cost.
import { Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DueText } from "../../components/due-text";
import type { TotalDue } from "../../lib/time-api";
import type { IncidentDetail } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

export function TimePanel({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const steps = incident.tenggat.filter(({ batas }) => batas !== null);
  return (
    <Paper withBorder p="md" component="section" aria-label={t("time.title")}>
      <Stack gap="sm">
        <Title order={2}>{t("time.title")}</Title>
        <Group gap="xl" align="flex-start">
          {steps.map((due) => (
            <div key={`${due.no}.${due.putaran}`}>
              <Text size="xs" c="dimmed">
                {t("time.step", { no: due.no })}
              </Text>
              <DueText due={due} />
            </div>
          ))}
          <Total total={incident.tenggat_total} />
        </Group>
        <RoundCosts incident={incident} />
      </Stack>
    </Paper>
  );
}

function Total({ total }: { total: TotalDue }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const used =
    language === "id" ? total.terpakai : total.terpakai.replace(",", ".").replace("hari kerja", "working days");
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t("time.total")}
        {total.waktu && ` (${total.waktu})`}
      </Text>
      <TotalLimit total={total} />
      <Text size="xs" c="dimmed">
        {t("time.used", { used })}
      </Text>
    </div>
  );
}

function TotalLimit({ total }: { total: TotalDue }) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (total.berhenti) return <Text size="xs">{t("time.stands")}</Text>;
  if (total.batas === null) return <Text size="xs">{t("time.noTotal")}</Text>;
  if (total.sisa_menit !== null) {
    return <DueText due={{ no: 0, putaran: 0, ...total, batas: total.batas, sisa_menit: total.sisa_menit }} />;
  }
  return (
    <Text size="xs">
      {t(total.terlambat ? "time.endedLate" : "time.endedInTime", { moment: format.short(total.batas) })}
    </Text>
  );
}

export function RoundCosts({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (incident.biaya_putaran.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t("time.rounds")}
      </Text>
      <List size="sm">
        {incident.biaya_putaran.map((one) => (
          <List.Item key={`${one.ke}.${one.putaran}`}>
            {capitalized(language === "id" ? one.kalimat : one.kalimat_en)} (
            {t("time.sent", { dari: one.dari, ke: one.ke })})
          </List.Item>
        ))}
      </List>
    </div>
  );
}

const capitalized = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);
