// A button that takes a file and hands it on at once; the same one may be chosen again after a refusal or a reload.
import { Button, FileButton, VisuallyHidden } from "@mantine/core";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  /** What a screen reader says where several buttons have the same words. */
  hiddenLabel?: string;
  accept?: string;
  busy: boolean;
  onFile: (file: File) => void;
}

export function SendFileButton({ label, hiddenLabel = label, accept, busy, onFile }: Props) {
  const { t } = useTranslation();
  const reset = useRef<() => void>(null);
  const send = (file: File | null) => {
    if (file) onFile(file);
    reset.current?.();
  };
  return (
    <FileButton
      resetRef={reset}
      onChange={send}
      {...(accept === undefined ? {} : { accept })}
      inputProps={{ "aria-label": hiddenLabel, tabIndex: -1 }}
    >
      {(props) => (
        <Button
          {...props}
          size="compact-sm"
          variant="default"
          loading={busy}
          leftSection={<Upload size={14} aria-hidden />}
          aria-label={hiddenLabel}
        >
          {label}
          <VisuallyHidden role="status">{busy ? t("form.uploading") : ""}</VisuallyHidden>
        </Button>
      )}
    </FileButton>
  );
}
