// A hand-over outside the program, recorded by a person: to whom, for what, when.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { recordHandOver } from "../../lib/oversight-api";
import { useMe } from "../../lib/queries";
import type { EvidenceItem } from "../../lib/types";
import { instantOf, wallClockOf } from "../../lib/zoned-time";

export function HandOverForm({ item, onDone }: { item: EvidenceItem; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const zone = useMe().data?.zona ?? "UTC";
  const [kepada, setTo] = useState("");
  const [keperluan, setPurpose] = useState("");
  const [waktu, setAt] = useState(() => wallClockOf(new Date().toISOString(), zone));
  const send = useMutation({
    mutationFn: () =>
      recordHandOver(item.incident_id, item.id, { kepada, keperluan, waktu: instantOf(waktu, zone) ?? waktu }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("evidence.handedOver"), t("app.close"));
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={t("evidence.handOver")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("evidence.handOverHint")}
        </Text>
        {send.error && <RefusalAlert error={send.error} />}
        <TextInput
          label={t("evidence.to")}
          required
          maxLength={200}
          value={kepada}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <TextInput
          label={t("evidence.purpose")}
          required
          maxLength={500}
          value={keperluan}
          onChange={(event) => setPurpose(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t("evidence.when")}
          required
          value={waktu}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {t("evidence.handOver")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
