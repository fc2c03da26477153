// What can be done with the selected detections.
import { Button, Group, Paper, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { aboutText } from "../../components/alert-facts";
import type { Alert } from "../../lib/types";
import { DismissDialog } from "./dismiss-dialog";
import { useTriage } from "./use-triage";

export function BulkBar({ alerts, onClear }: { alerts: Alert[]; onClear: () => void }) {
  const { t } = useTranslation();
  const triage = useTriage(onClear);
  const [isDismissing, dismissing] = useDisclosure(false);
  const [isMerging, merging] = useDisclosure(false);
  const ids = alerts.map(({ id }) => id);
  return (
    <Paper withBorder p="xs" mb="xs">
      <Group gap="xs">
        <Text fw={600} role="status">
          {t("queue.selected", { number: alerts.length })}
        </Text>
        <Button
          size="xs"
          variant="default"
          loading={triage.isPending}
          onClick={() => triage.mutate({ kind: "acknowledged", ids })}
        >
          {t("queue.acknowledge")}
        </Button>
        <Button size="xs" variant="default" onClick={dismissing.open}>
          {t("queue.dismiss")}
        </Button>
        {alerts.length > 1 && (
          <Button size="xs" variant="default" onClick={merging.open}>
            {t("queue.merge")}
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={onClear}>
          {t("queue.clear")}
        </Button>
      </Group>
      <DismissDialog
        opened={isDismissing}
        onClose={dismissing.close}
        onConfirm={(alasan) => {
          dismissing.close();
          triage.mutate({ kind: "dismissed", ids, alasan });
        }}
      />
      <MergeDialog
        alerts={alerts}
        opened={isMerging}
        onClose={merging.close}
        onConfirm={(into) => {
          merging.close();
          triage.mutate({ kind: "merged", into, ids: ids.filter((id) => id !== into) });
        }}
      />
    </Paper>
  );
}

interface MergeProps {
  alerts: Alert[];
  opened: boolean;
  onClose: () => void;
  onConfirm: (into: string) => void;
}

function MergeDialog({ alerts, opened, onClose, onConfirm }: MergeProps) {
  const { t } = useTranslation();
  const [into, setInto] = useState<string | null>(null);
  return (
    <Dialog opened={opened} onClose={onClose} title={t("queue.merge")}>
      <Stack>
        <Select
          label={t("queue.mergeInto")}
          description={t("queue.mergeHint")}
          value={into}
          onChange={setInto}
          data={alerts.map((alert) => ({ value: alert.id, label: `${alert.rule_title} (${aboutText(alert)})` }))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button disabled={into === null} onClick={() => into !== null && onConfirm(into)}>
            {t("queue.merge")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
