// A file on its way to the server: how much has arrived, pause, going on, and giving up.
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { Pause, Play, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { sizeText } from "../lib/format";
import { cancel, pause, send, type Sending } from "../lib/sending";
import type { Destination } from "../lib/tus";
import { useLanguage } from "../lib/use-formatter";
import { errorText } from "./feedback";

export function SendingBar({ sending, to }: { sending: Sending; to: Destination }) {
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
