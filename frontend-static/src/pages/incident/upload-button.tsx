// Sends a file as evidence, in pieces: with its progress, pause and going on; the server hashes it and says what it is.
import { Stack } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sayRefused } from "../../components/feedback";
import { SendFileButton } from "../../components/file-button";
import { SendingBar } from "../../components/sending-bar";
import { evidenceOf } from "../../lib/api";
import { clear, send, useSending, type Sending } from "../../lib/sending";
import type { Destination } from "../../lib/tus";
import type { EvidenceItem } from "../../lib/types";

interface Props {
  incidentId: string;
  kelengkapan?: string;
  label: string;
  hiddenLabel?: string;
  onUploaded: (evidence: EvidenceItem) => void;
}

export function UploadButton({ incidentId, kelengkapan, label, hiddenLabel = label, onUploaded }: Props) {
  const to: Destination = { incidentId, kelengkapan };
  const sending = useSending(to);
  useUploaded(sending, to, onUploaded);
  const isBusy = sending?.state === "sending" || sending?.state === "done";
  return (
    <Stack gap={4} align="flex-start">
      <SendFileButton label={label} hiddenLabel={hiddenLabel} busy={isBusy} onFile={(file) => send(file, to)} />
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
