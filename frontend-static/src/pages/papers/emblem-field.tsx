// The emblem in the kop: the server tries it on a paper before it keeps it.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { SendFileButton } from "../../components/file-button";
import { dropEmblem, emblemUrl, letterheadQuery, putEmblem, type Letterhead } from "../../lib/paper";

export function EmblemField({ saved }: { saved: Letterhead }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const put = useMutation({
    mutationFn: putEmblem,
    onSuccess: (kept) => {
      client.setQueryData(letterheadQuery.queryKey, kept);
      sayDone(t("papers.logoKept"), t("app.close"));
    },
  });
  const drop = useMutation({
    mutationFn: dropEmblem,
    onSuccess: () => {
      client.setQueryData(letterheadQuery.queryKey, { ...saved, lambang: null });
      put.reset();
      sayDone(t("papers.logoDropped"), t("app.close"));
    },
  });
  const error = put.error ?? drop.error;
  const limits = { besar: Math.floor(saved.batas_lambang / 1024), sisi: saved.batas_sisi_lambang };
  return (
    <Stack gap="xs" role="group" aria-label={t("papers.logo")}>
      <Group gap="md" wrap="nowrap">
        {saved.lambang ? (
          <img
            src={emblemUrl(saved.lambang.sha256)}
            alt={t("papers.logoAlt")}
            width={72}
            height={72}
            style={{ objectFit: "contain", background: "white", padding: 4 }}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {t("papers.logoNone")}
          </Text>
        )}
        <Group gap="xs">
          <SendFileButton
            label={t("papers.logoSend")}
            accept="image/png,image/jpeg"
            busy={put.isPending}
            onFile={(file) => put.mutate(file)}
          />
          {saved.lambang && (
            <Button size="compact-sm" variant="default" loading={drop.isPending} onClick={() => drop.mutate()}>
              {t("papers.logoDrop")}
            </Button>
          )}
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        {t("papers.logoHint", limits)}
      </Text>
      {error && <RefusalAlert error={error} />}
    </Stack>
  );
}
