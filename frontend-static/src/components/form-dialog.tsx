// A dialog that is one form: what is filled in, the server's refusal, and two buttons.
import { Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./dialog";
import { RefusalAlert } from "./feedback";

interface Props {
  title: string;
  action: string;
  send: { isPending: boolean; error: Error | null };
  onSubmit: () => void;
  onClose: () => void;
  disabled?: boolean;
  color?: string;
  children: ReactNode;
}

export function FormDialog({ title, action, send, onSubmit, onClose, disabled = false, color, children }: Props) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog opened onClose={onClose} title={title} size="lg">
      <form onSubmit={submit}>
        <Stack>
          {children}
          {send.error && <RefusalAlert error={send.error} title={t("form.refused")} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" loading={send.isPending} disabled={disabled} {...(color ? { color } : {})}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
