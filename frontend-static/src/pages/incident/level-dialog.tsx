// The office sets the tingkat, with its reason, or confirms what the reporter proposed.
import { Button, Group, Radio, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { LEVELS } from "../../components/level-badge";
import { setLevel } from "../../lib/api";
import { incidentQuery } from "../../lib/queries";
import type { IncidentDetail, Level } from "../../lib/types";

interface Props {
  opened: boolean;
  incident: IncidentDetail;
  onClose: () => void;
}

export function LevelDialog({ opened, incident, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("intake.setLevel")}>
      <LevelForm incident={incident} onClose={onClose} />
    </Dialog>
  );
}

function LevelForm({ incident, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [level, choose] = useState<Level | null>(null);
  const [alasan, setAlasan] = useState("");
  const send = useMutation({
    mutationFn: (chosen: Level) => setLevel(incident.id, chosen, alasan),
    onSuccess: async (answer) => {
      client.setQueryData(incidentQuery(incident.id).queryKey, answer);
      await client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("intake.levelDone"), t("app.close"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (level !== null) send.mutate(level);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {send.error && <RefusalAlert error={send.error} />}
        <Radio.Group
          label={t("intake.levelNow", { level: t(`level.${incident.level}`) })}
          withAsterisk
          value={level}
          onChange={(chosen) => choose(chosen as Level)}
        >
          <Stack gap={6} mt={4}>
            {LEVELS.map((one) => (
              <Radio key={one} value={one} label={t(`level.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label={t("form.reason")}
          required
          autosize
          minRows={2}
          maxLength={5000}
          value={alasan}
          onChange={(event) => setAlasan(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" loading={send.isPending} disabled={level === null}>
            {t("intake.saveLevel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
