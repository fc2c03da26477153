// A source's key: told once, given anew, or ended.
import { Code, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { sayDone } from "../../components/feedback";
import { FormDialog } from "../../components/form-dialog";
import { disableSource, renewKey, type NamedSource, type SourceKey } from "../../lib/sources-api";

interface Closable {
  onClose: () => void;
}

export function RenewDialog({
  source,
  onMade,
  onClose,
}: Closable & { source: NamedSource; onMade: (key: SourceKey) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: () => renewKey(source.nama),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["sources"] });
      onMade(made);
    },
  });
  return (
    <FormDialog
      title={t("sources.renewOne", { nama: source.nama })}
      action={t("sources.renew")}
      send={send}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t("sources.renewHint")}</Text>
    </FormDialog>
  );
}

export function DisableDialog({ source, onClose }: Closable & { source: NamedSource }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: () => disableSource(source.nama),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["sources"] });
      sayDone(t("sources.disabled", { nama: source.nama }), t("app.close"));
      onClose();
    },
  });
  return (
    <FormDialog
      title={t("sources.disableOne", { nama: source.nama })}
      action={t("sources.disable")}
      color="red"
      send={send}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t("sources.disableHint")}</Text>
    </FormDialog>
  );
}

export function ShownKey({ made, onClose }: Closable & { made: SourceKey }) {
  const { t } = useTranslation();
  const facts = [
    [t("sources.apiKey"), made.api_key],
    [t("sources.username"), made.username],
    [t("sources.password"), made.password],
    [t("sources.webhookSecret"), made.webhook_secret],
  ] as const;
  return (
    <Dialog opened onClose={onClose} title={t("sources.keyOf", { nama: made.nama })}>
      <Stack>
        <Text size="sm">{t("sources.keyOnce")}</Text>
        {facts.map(([label, value]) => (
          <div key={label}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Code className="hostile">{value}</Code>
          </div>
        ))}
      </Stack>
    </Dialog>
  );
}
