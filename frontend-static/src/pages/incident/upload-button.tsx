// Sends a file as evidence, in pieces: with its progress, pause and going on; the server hashes it and says what it is.
import { Button, FileButton, Group, Progress, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Pause, Play, Upload, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { errorText, sayRefused } from "../../components/feedback";
import { evidenceOf } from "../../lib/api";
import { sizeText } from "../../lib/format";
import { cancel, clear, pause, send, useSending, type Sending } from "../../lib/sending";
import type { Destination } from "../../lib/tus";
import type { EvidenceItem } from "../../lib/types";
import { useLanguage } from "../../lib/use-formatter";

interface Props {
  incidentId: string;
  kelengkapan?: string;
  label: string;
  hiddenLabel?: string;
  onUploaded: (evidence: EvidenceItem) => void;
}

export function UploadButton({ incidentId, kelengkapan, label, hiddenLabel = label, onUploaded }: Props) {
  const { t } = useTranslation();
  const reset = useRef<() => void>(null);
  const to: Destination = { incidentId, kelengkapan };
  const sending = useSending(to);
  useUploaded(sending, to, onUploaded);
  const choose = (file: File | null) => {
    if (file) send(file, to);
    // The same file may be chosen again after a refusal, and to go on after a reload.
    reset.current?.();
  };
  const isBusy = sending?.state === "sending" || sending?.state === "done";
  return (
    <Stack gap={4} align="flex-start">
      <FileButton resetRef={reset} onChange={choose} inputProps={{ "aria-label": hiddenLabel, tabIndex: -1 }}>
        {(props) => (
          <Button
            {...props}
            size="compact-sm"
            variant="default"
            loading={isBusy}
            leftSection={<Upload size={14} aria-hidden />}
            aria-label={hiddenLabel}
          >
            {label}
            <VisuallyHidden role="status">{isBusy ? t("form.uploading") : ""}</VisuallyHidden>
          </Button>
        )}
      </FileButton>
      {sending && sending.state !== "done" && <SendingBar sending={sending} to={to} />}
    </Stack>
  );
}

/** Takes notice of a file that is whole, also of one that became so while another page was open. */
function useUploaded(sending: Sending | undefined, to: Destination, onUploaded: Props["onUploaded"]): void {
  const { t } = useTranslation();
  const uploadId = sending?.uploadId;
  const incidentId = to.incidentId ?? "";
  useEffect(() => {
    if (uploadId === undefined) return;
    let isShown = true;
    evidenceOf(incidentId, uploadId).then(
      (evidence) => {
        if (!isShown) return;
        clear(to);
        onUploaded(evidence);
      },
      (error: unknown) => {
        clear(to);
        sayRefused(t, error);
      },
    );
    return () => {
      isShown = false;
    };
    // The file that was sent decides, not how often its parent was drawn meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [uploadId, incidentId]);
}

function SendingBar({ sending, to }: { sending: Sending; to: Destination }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const percent = Math.floor((100 * sending.sent) / Math.max(sending.file.size, 1));
  const words = {
    nama: sending.file.name,
    percent,
    sent: sizeText(sending.sent, language),
    size: sizeText(sending.file.size, language),
  };
  return (
    <Stack gap={4} w="100%" maw={420} role="group" aria-label={t("upload.of", words)}>
      <Text size="sm" className="hostile">
        {t("upload.progress", words)}
      </Text>
      <Progress value={percent} aria-label={t("upload.of", words)} />
      {sending.state === "failed" && (
        <Text size="sm" role="alert" className="hostile">
          {t("upload.failed")} {errorText(t, sending.error)}
        </Text>
      )}
      <Group gap="xs">
        {sending.state === "sending" ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Pause size={12} aria-hidden />}
            onClick={() => pause(to)}
          >
            {t("upload.pause")}
          </Button>
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Play size={12} aria-hidden />}
            onClick={() => send(sending.file, to)}
          >
            {t("upload.resume")}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<X size={12} aria-hidden />}
          onClick={() => void cancel(to)}
        >
          {t("upload.cancel")}
        </Button>
      </Group>
    </Stack>
  );
}
