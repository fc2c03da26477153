// The number that TU or SRIKANDI gave, typed in: the document is drawn anew with it.
import { Alert, Button, Group, SimpleGrid, Stack, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { putNumber, type DocumentDetail, type DocumentPlace } from "../../lib/paper";
import { useRevision } from "./use-revision";

interface Props {
  place: DocumentPlace;
  document: DocumentDetail;
}

export function OfficialNumberForm({ place, document }: Props) {
  const { t } = useTranslation();
  const [nomor, setNomor] = useState(document.nomor_naskah ?? "");
  const [tanggal, setTanggal] = useState(document.tanggal_naskah ?? "");
  const [alasan, setAlasan] = useState("");
  const send = useRevision(() => putNumber(place, { nomor: nomor.trim(), tanggal, alasan: alasan.trim() }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={t("documents.officialForm")}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("documents.officialForm")}
        </Title>
        <Alert c="var(--mantine-color-text)">{t("documents.officialHint")}</Alert>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label={t("documents.official")}
            required
            maxLength={200}
            value={nomor}
            onChange={(event) => setNomor(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={t("documents.officialDate")}
            required
            value={tanggal}
            onChange={(event) => setTanggal(event.currentTarget.value)}
          />
        </SimpleGrid>
        {document.nomor_naskah !== null && (
          <TextInput
            label={t("documents.reason")}
            description={t("documents.reasonHint")}
            required
            maxLength={1000}
            value={alasan}
            onChange={(event) => setAlasan(event.currentTarget.value)}
          />
        )}
        {send.error && <RefusalAlert error={send.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={send.isPending} disabled={document.status === "pending"}>
            {t("documents.officialSave")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
