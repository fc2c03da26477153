// The auditor's pack of a period: two days and a download.
import { Button, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { packUrl } from "../../lib/oversight-api";
import { daysOf, periodOf } from "../../lib/period";
import { useMe } from "../../lib/queries";
import { wallClockOf } from "../../lib/zoned-time";

export function PackPanel() {
  const { t } = useTranslation();
  const zone = useMe().data?.zona ?? "UTC";
  const [now] = useState(() => new Date());
  const [[dari, sampai], setDays] = useState(
    () => daysOf({ masa: "tahun-ini" }, wallClockOf(now.toISOString(), zone).slice(0, 10)) ?? ["", ""],
  );
  const period = periodOf({ masa: "sendiri", dari, sampai }, now, zone);
  return (
    <Paper withBorder p="md" component="section" aria-label={t("audit.pack")}>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h3">
            {t("audit.pack")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("audit.packHint")}
          </Text>
        </div>
        <Group align="flex-end" gap="sm">
          <TextInput
            type="date"
            label={t("summary.firstDay")}
            value={dari}
            onChange={(event) => setDays([event.currentTarget.value, sampai])}
          />
          <TextInput
            type="date"
            label={t("summary.lastDay")}
            value={sampai}
            onChange={(event) => setDays([dari, event.currentTarget.value])}
          />
          {period ? (
            <Button component="a" href={packUrl(period)} download>
              {t("audit.takePack")}
            </Button>
          ) : (
            <Text role="status">{t("summary.noPeriod")}</Text>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}
