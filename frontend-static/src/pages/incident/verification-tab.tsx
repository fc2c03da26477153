// Is it really over? What came back since the repair, what was done, what is there. The page says no verdict.
import { Alert, Button, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Read, RefusalAlert } from "../../components/feedback";
import { runVerification } from "../../lib/api";
import { useVerification, verificationQuery } from "../../lib/queries";
import type { Verification } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { VerificationCaptures } from "./verification-captures";
import { VerificationFindings } from "./verification-findings";
import { VerificationIndicators } from "./verification-indicators";
import { OpenAlerts, VerificationRequirements } from "./verification-requirements";

export function VerificationTab({ incidentId }: { incidentId: string }) {
  return (
    <Read query={useVerification(incidentId)}>
      {(data) => (
        <Stack>
          <Overview incidentId={incidentId} data={data} />
          <VerificationFindings data={data} />
          <VerificationIndicators data={data} />
          <VerificationCaptures data={data} />
          <OpenAlerts alerts={data.peringatan_terbuka} />
          <VerificationRequirements items={data.kelengkapan} />
        </Stack>
      )}
    </Read>
  );
}

function Overview({ incidentId, data }: { incidentId: string; data: Verification }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="verification-head">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} id="verification-head">
            {t("verification.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("verification.informs")}
          </Text>
        </div>
        <RunButton incidentId={incidentId} data={data} />
      </Group>
      <Stack gap={4} mt="sm">
        <Text>
          {data.sejak === null
            ? t("verification.notRepaired")
            : t("verification.since", { at: format.precise(data.sejak), count: data.putaran })}
        </Text>
        {data.hasil && <Range data={data} result={data.hasil} />}
        {!data.hasil && data.sejak !== null && <Text c="dimmed">{t("verification.noResult")}</Text>}
      </Stack>
      <JobState data={data} />
    </Paper>
  );
}

function Range({ data, result }: { data: Verification; result: NonNullable<Verification["hasil"]> }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <>
      <Text>
        {t("verification.range", {
          from: format.precise(result.sejak),
          to: format.precise(result.diperiksa_sampai),
          events: format.number(result.kejadian),
        })}
      </Text>
      {!result.lengkap && (
        <Alert color="yellow" variant="outline" c="var(--mantine-color-text)">
          {t("verification.stopped", {
            until: format.moment(result.diperiksa_sampai),
            wanted: format.moment(result.sampai),
          })}
        </Alert>
      )}
      {data.kejadian_sesudahnya > 0 && (
        <Text fw={600}>{t("verification.stale", { events: format.number(data.kejadian_sesudahnya) })}</Text>
      )}
      <Text size="sm" c="dimmed">
        {data.diminta_oleh ? t("verification.askedBy", { name: data.diminta_oleh }) : t("verification.askedByProgram")}
      </Text>
    </>
  );
}

function RunButton({ incidentId, data }: { incidentId: string; data: Verification }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => runVerification(incidentId),
    onSettled: () => client.invalidateQueries({ queryKey: verificationQuery(incidentId).queryKey }),
  });
  if (!data.boleh_menjalankan || data.sejak === null) return null;
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        variant="default"
        leftSection={<RefreshCw size={16} aria-hidden />}
        loading={run.isPending}
        onClick={() => run.mutate()}
      >
        {t("verification.run")}
      </Button>
      {run.error && <RefusalAlert error={run.error} />}
    </Stack>
  );
}

function JobState({ data }: { data: Verification }) {
  const { t } = useTranslation();
  const job = data.pekerjaan;
  if (!job) return null;
  if (job.status === "failed")
    return (
      <Alert color="red" role="alert" variant="outline" mt="sm" c="var(--mantine-color-text)">
        {t("verification.failed", { reason: job.error ?? "" })}
      </Alert>
    );
  const phase = t(`verification.phase.${job.phase}` as "verification.phase.aturan", {
    defaultValue: t("verification.phase.waiting"),
  });
  return (
    <div role="status">
      <Text size="sm" mt="sm">
        {t("verification.running", { phase, percent: job.percent })}
      </Text>
      <Progress value={job.percent} animated aria-label={t("verification.progress")} />
    </div>
  );
}
