// When Ramadan is: computed ahead, until the government's decree is entered.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { useChange } from "../../components/use-change";
import { removeRamadan, setRamadan, useRamadans, type Ramadan } from "../../lib/time-api";

export function RamadanPanel() {
  const { t } = useTranslation();
  const ramadans = useRamadans();
  return (
    <Panel title={t("calendar.ramadan")} hint={t("calendar.ramadanHint")}>
      <Read query={ramadans}>
        {({ items }) => (
          <Stack gap="md">
            {items.map((one) => (
              <RamadanRow key={`${one.tahun_hijriah}.${one.mulai}.${one.sampai}`} ramadan={one} />
            ))}
          </Stack>
        )}
      </Read>
    </Panel>
  );
}

function RamadanRow({ ramadan }: { ramadan: Ramadan }) {
  const { t } = useTranslation();
  const year = ramadan.tahun_hijriah;
  const [mulai, setBegin] = useState(ramadan.mulai);
  const [sampai, setEnd] = useState(ramadan.sampai);
  const save = useChange(() => setRamadan(year, mulai, sampai), t("calendar.ramadanSaved"), "calendar");
  const remove = useChange(() => removeRamadan(year), t("calendar.removed"), "calendar");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form onSubmit={submit} aria-label={t("calendar.ramadanOf", { year })}>
      <Group align="flex-end" gap="sm">
        <div style={{ minWidth: 170 }}>
          <Text fw={600}>{t("calendar.ramadanOf", { year })}</Text>
          <Text size="xs" c="dimmed" className="hostile">
            {ramadan.ditetapkan_oleh
              ? t("calendar.decreed", { nama: ramadan.ditetapkan_oleh })
              : t("calendar.computed")}
          </Text>
        </div>
        <TextInput
          type="date"
          label={t("calendar.begins")}
          required
          value={mulai}
          onChange={(event) => setBegin(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t("calendar.ends")}
          required
          value={sampai}
          onChange={(event) => setEnd(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={save.isPending}>
          {t("calendar.decree")}
        </Button>
        {ramadan.ditetapkan_oleh && (
          <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
            {t("calendar.undecree")}
          </Button>
        )}
      </Group>
    </form>
  );
}
