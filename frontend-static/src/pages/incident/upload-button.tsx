// Sends a file as evidence at once; the server hashes it and says what it is.
import { Button, FileButton, VisuallyHidden } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { sayRefused } from "../../components/feedback";
import { addEvidence } from "../../lib/api";
import type { EvidenceItem } from "../../lib/types";

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
  const upload = useMutation({
    mutationFn: (file: File) => addEvidence(incidentId, file, kelengkapan),
    onSuccess: onUploaded,
    onError: (error) => sayRefused(t, error),
    // The same file may be chosen again after a refusal.
    onSettled: () => reset.current?.(),
  });
  return (
    <FileButton
      resetRef={reset}
      onChange={(file) => file && upload.mutate(file)}
      inputProps={{ "aria-label": hiddenLabel, tabIndex: -1 }}
    >
      {(props) => (
        <Button
          {...props}
          size="compact-sm"
          variant="default"
          loading={upload.isPending}
          leftSection={<Upload size={14} aria-hidden />}
          aria-label={hiddenLabel}
        >
          {label}
          <VisuallyHidden role="status">{upload.isPending ? t("form.uploading") : ""}</VisuallyHidden>
        </Button>
      )}
    </FileButton>
  );
}
