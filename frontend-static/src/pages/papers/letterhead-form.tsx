// The kop and what else an office's papers carry; whatever stays empty is a line to fill in by hand.
import { Button, Group, SimpleGrid, Stack, TextInput, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Read, RefusalAlert, sayDone } from "../../components/feedback";
import { letterheadQuery, putLetterhead, type Letterhead, type LetterheadWords } from "../../lib/paper";
import { EmblemField } from "./emblem-field";

const FIELDS = ["instansi", "kantor", "alamat", "kontak", "tempat", "kode_klasifikasi", "ttis_tujuan"] as const;

export function LetterheadForm() {
  return (
    <Read query={useQuery(letterheadQuery)}>
      {(saved) => (
        <Stack gap="lg" maw={820}>
          <EmblemField saved={saved} />
          <Form saved={saved} />
        </Stack>
      )}
    </Read>
  );
}

function wordsOf({ lambang: _, batas_lambang: __, batas_sisi_lambang: ___, ...words }: Letterhead): LetterheadWords {
  return words;
}

function Form({ saved }: { saved: Letterhead }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState(wordsOf(saved));
  const save = useMutation({
    mutationFn: () => putLetterhead(draft),
    onSuccess: (kept) => {
      client.setQueryData(letterheadQuery.queryKey, kept);
      sayDone(t("papers.kopSaved"), t("app.close"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={t("papers.kop")}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {FIELDS.map((name) => (
            <TextInput
              key={name}
              label={t(`papers.field.${name}`)}
              description={t(`papers.hint.${name}`)}
              maxLength={250}
              value={draft[name] ?? ""}
              onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
        <Textarea
          label={t("papers.field.ttis_kontak")}
          description={t("papers.hint.ttis_kontak")}
          autosize
          minRows={2}
          maxLength={1000}
          value={draft.ttis_kontak ?? ""}
          onChange={(event) => setDraft({ ...draft, ttis_kontak: event.currentTarget.value })}
        />
        {save.error && <RefusalAlert error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t("papers.kopSave")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
