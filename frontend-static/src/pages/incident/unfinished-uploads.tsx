// Files of this incident that came only in part, such as before a reload: to be chosen again, or given up.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayRefused } from "../../components/feedback";
import { dropUpload } from "../../lib/api";
import { sizeText } from "../../lib/format";
import { useUnfinishedUploads } from "../../lib/queries";
import { useSending } from "../../lib/sending";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

export function UnfinishedUploads({ incidentId }: { incidentId: string }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const client = useQueryClient();
  const running = useSending({ incidentId, kelengkapan: undefined });
  const { data } = useUnfinishedUploads();
  const drop = useMutation({
    mutationFn: dropUpload,
    onSuccess: () => client.invalidateQueries({ queryKey: ["uploads"] }),
    onError: (error) => sayRefused(t, error),
  });
  const left = (data?.items ?? []).filter((one) => one.incident_id === incidentId && one.diterima > 0);
  const shown = left.filter((one) => running === undefined || one.nama !== running.file.name);
  if (shown.length === 0) return null;
  return (
    <Alert variant="outline" mb="sm" title={t("upload.unfinished")} c="var(--mantine-color-text)">
      <Text size="sm" mb="xs">
        {t("upload.unfinishedHint")}
      </Text>
      <ul className="plain-list">
        {shown.map((one) => (
          <li key={one.id}>
            <Group gap="sm">
              <Text size="sm" className="hostile">
                {t("upload.left", {
                  nama: one.nama,
                  sent: sizeText(one.diterima, language),
                  size: sizeText(one.ukuran, language),
                  until: format.moment(one.kedaluwarsa),
                })}
              </Text>
              <Button
                size="compact-xs"
                variant="default"
                loading={drop.isPending}
                onClick={() => drop.mutate(one.id)}
                aria-label={t("upload.dropOf", { nama: one.nama })}
              >
                {t("upload.drop")}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
