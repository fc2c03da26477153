// What people fill in on a document: the number that TU or SRIKANDI gave, and the other parts of the naskah.
import { Alert, Button, Group, Select, SimpleGrid, Stack, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { putNumber, putParts, type DocumentDetail, type DocumentPlace } from "../../lib/paper";

interface Props {
  place: DocumentPlace;
  document: DocumentDetail;
}

function useRevision(change: () => Promise<DocumentDetail>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (detail) => {
      sayDone(t("documents.revised", { revisi: detail.revisi }), t("app.close"));
      void client.invalidateQueries({ queryKey: ["incidents", "documents"] });
    },
  });
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

const SECURITY = ["Biasa", "Terbatas", "Rahasia", "Sangat Rahasia"] as const;
const SPEED = ["Biasa", "Segera", "Amat Segera"] as const;
const WORDS = ["lampiran", "kode_klasifikasi", "atas_nama", "untuk_beliau"] as const;
const LISTS = ["kepada", "tembusan", "paraf"] as const;
const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function PartsForm({ place, document }: Props) {
  const { t } = useTranslation();
  const given = document.bagian;
  const [security, setSecurity] = useState(given.klasifikasi_keamanan || null);
  const [speed, setSpeed] = useState(given.derajat_kecepatan || null);
  const [words, setWords] = useState<Record<(typeof WORDS)[number], string>>(given);
  const [lists, setLists] = useState({
    kepada: given.kepada.join("\n"),
    tembusan: given.tembusan.join("\n"),
    paraf: given.paraf.join("\n"),
  });
  const send = useRevision(() =>
    putParts(place, {
      klasifikasi_keamanan: security as (typeof SECURITY)[number] | null,
      derajat_kecepatan: speed as (typeof SPEED)[number] | null,
      ...Object.fromEntries(WORDS.map((name) => [name, words[name].trim()])),
      ...Object.fromEntries(LISTS.map((name) => [name, lines(lists[name])])),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={t("documents.parts")}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("documents.parts")}
        </Title>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select label={t("documents.security")} data={[...SECURITY]} value={security} onChange={setSecurity} />
          <Select label={t("documents.speed")} data={[...SPEED]} value={speed} onChange={setSpeed} />
          {WORDS.map((name) => (
            <TextInput
              key={name}
              label={t(`documents.part.${name}`)}
              maxLength={200}
              value={words[name]}
              onChange={(event) => setWords({ ...words, [name]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
        {LISTS.map((name) => (
          <Textarea
            key={name}
            label={t(`documents.part.${name}`)}
            description={t("documents.oneALine")}
            autosize
            minRows={2}
            value={lists[name]}
            onChange={(event) => setLists({ ...lists, [name]: event.currentTarget.value })}
          />
        ))}
        {send.error && <RefusalAlert error={send.error} />}
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={send.isPending} disabled={document.status === "pending"}>
            {t("documents.partsSave")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
