// A rule pack sent as ZIP: what came of it, or why it was refused, in the server's words.
import { Alert, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { SendFileButton } from "../../components/file-button";
import { sendPack, type PackTaken } from "../../lib/rules-api";
import { useFormatter } from "../../lib/use-formatter";

const SKIPPED_SHOWN = 20;

export function PackSender() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: sendPack,
    onSuccess: () => client.invalidateQueries({ queryKey: ["rules"] }),
  });
  return (
    <>
      <Group>
        <SendFileButton
          label={t("rules.send")}
          accept=".zip"
          busy={send.isPending}
          onFile={(file) => send.mutate(file)}
        />
      </Group>
      {send.error && <RefusalAlert error={send.error} title={t("rules.packRefused")} />}
      {send.data && <Taken pack={send.data} />}
    </>
  );
}

function Taken({ pack }: { pack: PackTaken }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const words = {
    pack: pack.nama,
    version: pack.versi,
    rules: format.number(pack.aturan),
    yara: format.number(pack.yara),
    unfed: format.number(pack.tanpa_sumber),
    skipped: format.number(pack.jumlah_dilewati),
  };
  return (
    <Alert
      role="status"
      variant="outline"
      color="done"
      c="var(--mantine-color-text)"
      title={t("rules.packTaken", words)}
    >
      <Text size="sm">{t("rules.packCounts", words)}</Text>
      {pack.dilewati.length > 0 && (
        <details>
          <summary>{t("rules.skipped", words)}</summary>
          <ul>
            {pack.dilewati.slice(0, SKIPPED_SHOWN).map((one) => (
              <li key={`${one.berkas}:${one.baris}:${one.alasan}`} className="hostile">
                {one.berkas}:{one.baris}: {one.alasan}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Alert>
  );
}
