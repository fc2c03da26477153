// Write down or correct how the report came in.
import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { IntakeFields } from "../../components/intake-fields";
import { putIntake } from "../../lib/api";
import { draftOf, intakeOf } from "../../lib/intake";
import { useMe } from "../../lib/queries";
import type { IntakeShown } from "../../lib/types";

interface Props {
  opened: boolean;
  incidentId: string;
  intake: IntakeShown;
  onClose: () => void;
}

export function IntakeDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("intake.edit")} size="lg">
      <IntakeForm onClose={onClose} {...rest} />
    </Dialog>
  );
}

function IntakeForm({ incidentId, intake, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const zone = useMe().data?.zona ?? "UTC";
  const [draft, setDraft] = useState(() => draftOf(intake, zone));
  const send = useMutation({
    mutationFn: () => putIntake(incidentId, intakeOf(draft, zone)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("intake.done"), t("app.close"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {send.error && <RefusalAlert error={send.error} />}
        <IntakeFields draft={draft} onChange={(part) => setDraft((known) => ({ ...known, ...part }))} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {t("intake.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
