// The head of the SOP: names, numbers, dates, who put it in force, and its lists.
import { Group, MultiSelect, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { EscalationFields } from "./escalation-fields";
import { DurationFields, Line, Lines, shown, type FieldName } from "./fields";
import type { FlawAt } from "./flaws";
import { HEAD_LINES, HEAD_LISTS, HEAD_OPTIONAL, HEAD_TEXTS, type SopForm } from "./form";

const CHANNELS = ["surat", "tiket", "email", "wa", "lisan", "temuan_deteksi", "peringatan_bssn"] as const;

interface Props {
  form: SopForm;
  flawAt: FlawAt;
  onChange: (form: SopForm) => void;
}

export function HeadFields({ form, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  const field = (name: FieldName) => t(`editor.field.${name}`);
  const official = form.disahkan_oleh ?? { nama: "", jabatan: "" };
  const setOfficial = (change: Partial<typeof official>) => {
    const given = { ...official, ...change };
    onChange({ ...form, disahkan_oleh: given.nama || given.jabatan ? given : null });
  };
  return (
    <Stack gap="sm">
      {HEAD_LINES.map((name) => (
        <Line
          key={name}
          label={field(name)}
          value={form[name]}
          flaw={flawAt(name)}
          onChange={(value) => onChange({ ...form, [name]: value })}
        />
      ))}
      <Group gap="xs" align="flex-start">
        {HEAD_OPTIONAL.map((name) => (
          <Line
            key={name}
            label={field(name)}
            value={form[name] ?? ""}
            flaw={flawAt(name)}
            onChange={(value) => onChange({ ...form, [name]: value })}
          />
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        {t("editor.dayHint")}
      </Text>
      <Group gap="xs" align="flex-start">
        <Line
          label={t("editor.officialName")}
          value={official.nama}
          flaw={flawAt("disahkan_oleh", "nama") ?? flawAt("disahkan_oleh")}
          onChange={(nama) => setOfficial({ nama })}
        />
        <Line
          label={t("editor.officialPosition")}
          value={official.jabatan}
          flaw={flawAt("disahkan_oleh", "jabatan")}
          onChange={(jabatan) => setOfficial({ jabatan })}
        />
      </Group>
      <DurationFields
        label={field("waktu_total")}
        value={form.waktu_total}
        flaw={flawAt("waktu_total")}
        onChange={(waktu_total) => onChange({ ...form, waktu_total })}
      />
      {HEAD_TEXTS.map((name) => (
        <Line
          key={name}
          label={field(name)}
          value={form[name]}
          flaw={flawAt(name)}
          isLong
          onChange={(value) => onChange({ ...form, [name]: value })}
        />
      ))}
      <MultiSelect
        label={field("kanal_wajib")}
        value={form.kanal_wajib}
        {...shown(flawAt("kanal_wajib"))}
        data={CHANNELS.map((one) => ({ value: one, label: t(`intake.channel.${one}`) }))}
        onChange={(kanal_wajib) => onChange({ ...form, kanal_wajib })}
      />
      <EscalationFields
        escalation={form.eskalasi}
        roles={form.pelaksana}
        flawAt={(...place) => flawAt("eskalasi", ...place)}
        onChange={(eskalasi) => onChange({ ...form, eskalasi })}
      />
      {HEAD_LISTS.map((name) => (
        <Lines
          key={name}
          label={field(name)}
          values={form[name]}
          flawAt={(position) => flawAt(name, position)}
          onChange={(values) => onChange({ ...form, [name]: values })}
        />
      ))}
    </Stack>
  );
}
