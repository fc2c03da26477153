// How far the analysis of a capture is, what it has stored so far, and the button that ends it.
import { Alert, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayRefused } from "../../components/feedback";
import { cancelJob, captureKey, isRunning, type CaptureJob, type CaptureOf } from "../../lib/capture-api";
import { useFormatter } from "../../lib/use-formatter";

export function JobPanel({ of, job }: { of: CaptureOf; job: CaptureJob | null }) {
  const { t } = useTranslation();
  if (job === null) return <Text size="sm">{t("capture.noJob")}</Text>;
  if (isRunning(job)) return <Running of={of} job={job} />;
  return <Ended job={job} />;
}

function Running({ of, job }: { of: CaptureOf; job: CaptureJob }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelJob(job.id),
    onSuccess: () => client.invalidateQueries({ queryKey: captureKey(of) }),
    onError: (error) => sayRefused(t, error),
  });
  const phase = job.phase ? t(`capture.phase.${job.phase}`, { defaultValue: job.phase }) : t("capture.phase.antre");
  return (
    <Stack gap={4} role="group" aria-label={t("capture.analysis")}>
      <Group justify="space-between" gap="sm">
        <Text role="status" size="sm" className="hostile">
          {t("capture.running", { phase, percent: job.percent })} <SoFar job={job} />
        </Text>
        {job.cancel_at ? (
          <Text size="sm">{t("capture.ending")}</Text>
        ) : (
          job.dapat_dihentikan && (
            <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("capture.end")}
            </Button>
          )
        )}
      </Group>
      <Progress value={job.percent} animated aria-label={t("capture.analysis")} />
    </Stack>
  );
}

function Ended({ job }: { job: CaptureJob }) {
  const { t } = useTranslation();
  const isPartial = job.status !== "done" || job.result?.partial === true;
  if (!isPartial)
    return (
      <Text size="sm" role="status">
        {t("capture.done")} <SoFar job={job} />
      </Text>
    );
  const title = job.status === "cancelled" ? "cancelled" : job.status === "failed" ? "failed" : "partial";
  return (
    <Alert variant="outline" role="status" title={t(`capture.${title}`)} c="var(--mantine-color-text)">
      {job.error && (
        <Text size="sm" className="hostile">
          {job.error}
        </Text>
      )}
      {reasonsOf(job).map((reason) => (
        <Text size="sm" key={reason} className="hostile">
          {reason}
        </Text>
      ))}
      <Text size="sm">
        <SoFar job={job} /> {t("capture.kept")}
      </Text>
    </Alert>
  );
}

const reasonsOf = (job: CaptureJob): string[] => {
  const reasons = job.result?.reasons;
  return Array.isArray(reasons) ? reasons.map((one) => (Array.isArray(one) ? String(one[0]) : String(one))) : [];
};

function SoFar({ job }: { job: CaptureJob }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const { events, alerts } = job.result ?? {};
  if (typeof events !== "number") return null;
  const found = typeof alerts === "number" ? alerts : 0;
  return <>{t("capture.soFar", { events: format.number(events), alerts: format.number(found) })}</>;
}
