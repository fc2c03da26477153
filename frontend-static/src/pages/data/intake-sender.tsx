// A log or a capture for the intake, without an incident: sent in pieces, then read by a job.
import { Group, Progress, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { SendFileButton } from "../../components/file-button";
import { SendingBar } from "../../components/sending-bar";
import { isRunning, useUploadJob } from "../../lib/capture-api";
import { send, useSending } from "../../lib/sending";
import type { Destination } from "../../lib/tus";
import { useFormatter } from "../../lib/use-formatter";

const INTAKE: Destination = { incidentId: undefined, kelengkapan: undefined };

interface Props {
  /** The server has the whole file. */
  onSent: () => void;
  onRead: () => void;
}

export function IntakeSender({ onSent, onRead }: Props) {
  const { t } = useTranslation();
  const sending = useSending(INTAKE);
  const sent = sending?.uploadId;
  useEffect(() => {
    if (sent) onSent();
    // Only another file is news.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [sent]);
  return (
    <Stack gap={4} mb="sm">
      <Group gap="sm">
        <SendFileButton
          label={t("data.send")}
          busy={sending?.state === "sending"}
          onFile={(file) => send(file, INTAKE)}
        />
        <Text size="sm" c="dimmed">
          {t("data.sendHint")}
        </Text>
      </Group>
      {sending && sending.state !== "done" && <SendingBar sending={sending} to={INTAKE} />}
      {sending?.uploadId && <Reading uploadId={sending.uploadId} onRead={onRead} />}
    </Stack>
  );
}

function Reading({ uploadId, onRead }: { uploadId: string; onRead: () => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const { data: job } = useUploadJob(uploadId);
  const isOver = job !== undefined && job !== null && !isRunning(job);
  useEffect(() => {
    if (isOver) onRead();
    // What is read again does not change which job it was.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isOver]);
  if (!job) return null;
  const events = job.result?.events;
  return (
    <Stack gap={4} maw={420}>
      <Text size="sm" role="status" className="hostile">
        {isOver
          ? (job.error ?? t("data.read", { events: format.number(typeof events === "number" ? events : 0) }))
          : t("data.reading", { percent: job.percent })}
      </Text>
      {!isOver && <Progress value={job.percent} aria-label={t("data.reading", { percent: job.percent })} />}
    </Stack>
  );
}
