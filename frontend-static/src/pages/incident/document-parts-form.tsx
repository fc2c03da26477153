// The other parts of a naskah that people fill in: sifat, tembusan, paraf, a.n., and who signs a Berita Acara.
import { Button, Fieldset, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { putParts, type DocumentDetail, type DocumentPlace, type Person } from "../../lib/paper";
import { useRevision } from "./use-revision";

interface Props {
  place: DocumentPlace;
  document: DocumentDetail;
}

const SECURITY = ["Biasa", "Terbatas", "Rahasia", "Sangat Rahasia"] as const;
const SPEED = ["Biasa", "Segera", "Amat Segera"] as const;
const WORDS = ["lampiran", "kode_klasifikasi", "atas_nama", "untuk_beliau"] as const;
const LISTS = ["kepada", "tembusan", "paraf"] as const;
const NOBODY: Person = { nama: "", jabatan: "" };
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
  const isBeritaAcara = document.kind.startsWith("berita_acara");
  const [party, setParty] = useState(given.pihak_kedua ?? NOBODY);
  const [witness, setWitness] = useState(given.mengetahui[0] ?? NOBODY);
  const send = useRevision(() =>
    putParts(place, {
      klasifikasi_keamanan: security as (typeof SECURITY)[number] | null,
      derajat_kecepatan: speed as (typeof SPEED)[number] | null,
      ...Object.fromEntries(WORDS.map((name) => [name, words[name].trim()])),
      ...Object.fromEntries(LISTS.map((name) => [name, lines(lists[name])])),
      ...(isBeritaAcara ? { pihak_kedua: party, mengetahui: [witness, ...given.mengetahui.slice(1)] } : {}),
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
          <Select
            label={t("documents.security")}
            data={[...SECURITY]}
            value={security}
            allowDeselect={false}
            onChange={setSecurity}
          />
          <Select
            label={t("documents.speed")}
            data={[...SPEED]}
            value={speed}
            allowDeselect={false}
            onChange={setSpeed}
          />
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
        {isBeritaAcara && (
          <>
            <PersonFields
              legend={t("documents.party")}
              hint={t("documents.partyHint")}
              value={party}
              onChange={setParty}
            />
            <PersonFields legend={t("documents.witness")} value={witness} onChange={setWitness} />
          </>
        )}
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

interface PersonProps {
  legend: string;
  hint?: string;
  value: Person;
  onChange: (value: Person) => void;
}

function PersonFields({ legend, hint, value, onChange }: PersonProps) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={legend}>
      {hint && (
        <Text size="xs" c="dimmed" mb={6}>
          {hint}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          label={t("documents.personName")}
          maxLength={200}
          value={value.nama ?? ""}
          onChange={(event) => onChange({ ...value, nama: event.currentTarget.value })}
        />
        <TextInput
          label={t("documents.personPosition")}
          maxLength={200}
          value={value.jabatan ?? ""}
          onChange={(event) => onChange({ ...value, jabatan: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
