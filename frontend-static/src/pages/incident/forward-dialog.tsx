// A recipient passes a lembar on, to roles or to one person, with words of its own.
import { Button, Checkbox, Group, Select, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { forwardDisposition } from "../../lib/api";
import { dispositionsKey } from "../../lib/queries";
import type { Disposition, Dispositions, Forwarding, IncidentDetail } from "../../lib/types";
import { AskFields } from "./ask-fields";

interface Props {
  opened: boolean;
  onClose: () => void;
  incident: IncidentDetail;
  item: Disposition;
  data: Dispositions;
}

export function ForwardDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("disposition.forward")}>
      <ForwardForm onClose={onClose} {...rest} />
    </Dialog>
  );
}

function ForwardForm({ incident, item, data, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Required<Forwarding>>({ kepada: [], orang: null, harap: [], catatan: "" });
  const set = (part: Partial<Forwarding>) => setDraft((known) => ({ ...known, ...part }));
  const send = useMutation({
    mutationFn: () => forwardDisposition(incident.id, item.id, draft),
    onSuccess: (answer) => {
      client.setQueryData(dispositionsKey(incident.id), answer);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("disposition.forwarded"), t("app.close"));
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
        <Checkbox.Group
          label={t("disposition.toRoles")}
          value={draft.kepada}
          onChange={(kepada) => set({ kepada, orang: null })}
        >
          <Stack gap={6} mt={4}>
            {data.pelaksana.map(({ id, nama }) => (
              <Checkbox key={id} value={id} label={nama} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t("disposition.toPerson")}
          clearable
          searchable
          clearButtonProps={{ "aria-label": t("disposition.clearPerson") }}
          value={draft.orang}
          data={data.petugas.map(({ id, nama, jabatan }) => ({ value: id, label: `${nama} – ${jabatan}` }))}
          onChange={(orang) => set({ orang, kepada: [] })}
        />
        <AskFields value={draft.harap} onChange={(harap) => set({ harap })} />
        <Textarea
          label={t("disposition.catatan")}
          autosize
          minRows={2}
          maxLength={5000}
          value={draft.catatan}
          onChange={(event) => set({ catatan: event.currentTarget.value })}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {t("disposition.forward")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
