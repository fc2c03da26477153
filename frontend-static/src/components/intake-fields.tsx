// How a report came in: the way first, then only the fields that this way has.
import { Fieldset, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CHANNELS, hasNumber, hasReporter, isLetter, TIMES, type IntakeDraft } from "../lib/intake";
import type { Channel } from "../lib/types";

interface Props {
  draft: IntakeDraft;
  onChange: (part: Partial<IntakeDraft>) => void;
}

type TextField = Exclude<keyof IntakeDraft, "kanal">;

export function IntakeFields({ draft, onChange }: Props) {
  const { t } = useTranslation();
  const letter = isLetter(draft.kanal);
  const field = (name: TextField, type: "text" | "date" | "datetime-local" = "text", maxLength = 200) => (
    <TextInput
      key={name}
      type={type}
      label={t(name === "nomor_surat" && !letter ? "intake.number" : `intake.${name}`)}
      {...(type === "text" ? { maxLength } : {})}
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <Select
        label={t("intake.kanal")}
        description={t("intake.kanalHint")}
        clearable
        clearButtonProps={{ "aria-label": t("intake.clear") }}
        value={draft.kanal}
        data={CHANNELS.map((value) => ({ value, label: t(`intake.channel.${value}`) }))}
        onChange={(kanal) => onChange({ kanal: kanal as Channel | null })}
      />
      {hasNumber(draft.kanal) && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {field("nomor_surat")}
          {field("tanggal_surat", "date")}
          {letter && field("nomor_agenda", "text", 100)}
          {letter && field("tanggal_diterima", "date")}
        </SimpleGrid>
      )}
      {draft.kanal !== null && hasReporter(draft.kanal) && (
        <Fieldset legend={t("intake.reporter")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {field("nama")}
            {field("instansi")}
            {field("kontak")}
          </SimpleGrid>
        </Fieldset>
      )}
      {draft.kanal !== null && field("lokasi", "text", 500)}
      {draft.kanal !== null && (
        <Fieldset legend={t("intake.times")}>
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
            {TIMES.map((name) => field(name, "datetime-local"))}
          </SimpleGrid>
        </Fieldset>
      )}
    </>
  );
}
