// A list of days from a file: looked at first, with each bad line and its reason, then stored.
import { Alert, Button, FileButton, Group, List, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { useChange } from "../../components/use-change";
import { importDays, type DayImport } from "../../lib/time-api";
import { useFormatter } from "../../lib/use-formatter";

const SHOWN = 200;

export function DayImportPanel({ kantor }: { kantor: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const look = useMutation({ mutationFn: (isi: string) => importDays(kantor, isi, false) });
  const store = useChange((isi: string) => importDays(kantor, isi, true), t("calendar.imported"), "calendar");
  const choose = async (file: File | null) => {
    if (file === null) return;
    const isi = await file.text();
    setText(isi);
    look.mutate(isi);
  };
  const save = () => {
    if (text !== null) store.mutate(text, { onSuccess: () => look.reset() });
  };
  return (
    <Panel title={t("calendar.import")} hint={t("calendar.importHint")}>
      <Group>
        <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => void choose(file)}>
          {(props) => (
            <Button variant="default" loading={look.isPending} {...props}>
              {t("calendar.choose")}
            </Button>
          )}
        </FileButton>
        {look.data && look.data.hari.length > 0 && (
          <Button onClick={save} loading={store.isPending}>
            {t("calendar.store", { count: look.data.hari.length })}
          </Button>
        )}
      </Group>
      <div role="status">{look.data && <Preview found={look.data} />}</div>
      {look.error && <RefusalAlert error={look.error} />}
    </Panel>
  );
}

function Preview({ found }: { found: DayImport }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <>
      <Text size="sm">{t("calendar.read", { good: found.hari.length, bad: found.ditolak.length })}</Text>
      {found.ditolak.length > 0 && (
        <Alert color="yellow" variant="outline" c="var(--mantine-color-text)" title={t("calendar.badLines")} my="xs">
          <List size="sm" className="hostile">
            {found.ditolak.slice(0, SHOWN).map(({ baris, alasan }) => (
              <List.Item key={baris}>{t("calendar.badLine", { baris, alasan })}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <List size="sm" className="hostile">
        {found.hari.slice(0, SHOWN).map((one) => (
          <List.Item key={one.baris}>
            {format.day(one.tanggal)} · {t(`calendar.kinds.${one.jenis}`)} · {one.uraian}
          </List.Item>
        ))}
      </List>
    </>
  );
}
