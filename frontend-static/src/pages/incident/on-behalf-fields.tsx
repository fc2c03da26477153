// Who outside the office did the step that the reader records: name, position, way and time, none of it filled in.
import { Fieldset, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AllowedStep, OnBehalf } from "../../lib/types";
import type { Draft } from "./step-draft";

const WAYS: OnBehalf["cara"][] = ["surat", "email", "wa", "tiket", "telepon", "lisan", "di_tempat"];

interface Props {
  step: AllowedStep;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function OnBehalfFields({ step, draft, onChange }: Props) {
  const { t } = useTranslation();
  if (step.dapat_atas_nama === null) return null;
  const known = draft.atasNama;
  const set = (part: Partial<Draft["atasNama"]>) => onChange({ atasNama: { ...known, ...part } });
  const required = step.wajib_atas_nama;
  return (
    <Fieldset legend={t("form.onBehalf", { nama: step.dapat_atas_nama })} className="hostile">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={t("form.onBehalfName")}
          required={required}
          maxLength={200}
          value={known.nama}
          onChange={(event) => set({ nama: event.currentTarget.value })}
        />
        <TextInput
          label={t("form.onBehalfPosition")}
          required={required}
          maxLength={200}
          value={known.jabatan}
          onChange={(event) => set({ jabatan: event.currentTarget.value })}
        />
        <Select
          label={t("form.onBehalfWay")}
          required={required}
          value={known.cara}
          data={WAYS.map((value) => ({ value, label: t(`form.way.${value}`) }))}
          onChange={(cara) => set({ cara })}
        />
        <TextInput
          type="datetime-local"
          label={t("form.onBehalfTime")}
          required={required}
          value={known.waktu}
          onChange={(event) => set({ waktu: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
