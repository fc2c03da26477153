// "Nyatakan bukan gangguan" needs a reason, which managers read.
import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";

interface Props {
  opened: boolean;
  onClose: () => void;
  onConfirm: (alasan: string) => void;
}

export function DismissDialog({ opened, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(reason.trim());
    setReason("");
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={t("queue.dismiss")}>
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={t("queue.dismissReason")}
            description={t("queue.dismissHint")}
            required
            data-autofocus
            autosize
            minRows={3}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit">{t("queue.dismiss")}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
