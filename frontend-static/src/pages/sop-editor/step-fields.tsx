// One step of the draft: what is done, by whom, with what, how long, and where it leads.
import { Checkbox, Group, MultiSelect, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AnswerFields } from "./answer-fields";
import { OutcomeSelect, Target } from "./choices";
import classes from "./editor.module.css";
import { BothLanguages, DurationFields, Line, More, shown, type FieldName } from "./fields";
import type { FlawAt } from "./flaws";
import { NO_WORDS, type FormStep, type SopForm } from "./form";
import { ItemFields } from "./item-fields";
import { RolePicker } from "./people-fields";
import { SheetFields } from "./sheet-fields";

interface Props {
  form: SopForm;
  position: number;
  kinds: { id: string; nama: string }[];
  flawAt: FlawAt;
  onChange: (step: FormStep) => void;
}

const WAYS = ["surat", "email", "wa", "tiket", "telepon", "lisan", "di_tempat"] as const;
const MODES = ["salah_satu", "semua_berurutan"] as const;
const SYMBOLS = ["mulai_akhir", "proses", "keputusan"] as const;

export function StepFields({ form, position, kinds, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  const step = form.langkah[position];
  if (step === undefined) return null;
  const set = (change: Partial<FormStep>) => onChange({ ...step, ...change });
  const field = (name: FieldName) => t(`editor.field.${name}`);
  const at = (...place: (string | number)[]) => flawAt("langkah", position, ...place);
  const executors = form.pelaksana.filter(({ id }) => step.pelaksana.includes(id));
  const hasOutsider = executors.some(({ luar }) => luar) || step.dicatat_oleh.length > 0 || step.cara.length > 0;
  return (
    <Stack gap="sm">
      <Line
        label={field("uraian")}
        value={step.uraian}
        flaw={at("uraian") ?? at("no") ?? at()}
        isLong
        onChange={(uraian) => set({ uraian })}
      />
      <BothLanguages
        label={field("ringkas")}
        value={step.ringkas}
        flaw={at("ringkas")}
        onChange={(ringkas) => set({ ringkas })}
      />
      <Group gap="xs" align="flex-start">
        <RolePicker
          label={field("pelaksana")}
          roles={form.pelaksana}
          value={step.pelaksana}
          flaw={at("pelaksana")}
          onChange={(pelaksana) => set({ pelaksana })}
        />
        <Select
          label={field("mode")}
          w={170}
          allowDeselect={false}
          value={step.mode}
          data={MODES.map((one) => ({ value: one, label: t(`editor.mode.${one}`) }))}
          onChange={(chosen) => set({ mode: MODES.find((one) => one === chosen) ?? step.mode })}
        />
        <Select
          label={field("simbol")}
          w={150}
          allowDeselect={false}
          value={step.simbol}
          {...shown(at("simbol"))}
          data={SYMBOLS.map((one) => ({ value: one, label: t(`editor.symbol.${one}`) }))}
          onChange={(chosen) => set({ simbol: SYMBOLS.find((one) => one === chosen) ?? step.simbol })}
        />
      </Group>
      {hasOutsider && (
        <Group gap="xs" align="flex-start">
          <RolePicker
            label={field("dicatat_oleh")}
            roles={form.pelaksana.filter(({ luar }) => !luar)}
            value={step.dicatat_oleh}
            flaw={at("dicatat_oleh")}
            onChange={(dicatat_oleh) => set({ dicatat_oleh })}
          />
          <MultiSelect
            label={field("cara")}
            className={classes.field ?? ""}
            value={step.cara}
            {...shown(at("cara"))}
            data={WAYS.map((one) => ({ value: one, label: t(`form.way.${one}`) }))}
            onChange={(cara) => set({ cara })}
          />
        </Group>
      )}
      <ItemFields
        label={field("kelengkapan")}
        items={step.kelengkapan}
        kinds={kinds}
        flawAt={(item, name) => at("kelengkapan", item, ...(name ? [name] : []))}
        onChange={(kelengkapan) => set({ kelengkapan })}
      />
      <Group gap="xs" align="flex-start">
        <DurationFields
          label={field("waktu")}
          value={step.waktu}
          flaw={at("waktu")}
          onChange={(waktu) => set({ waktu })}
        />
        <Line
          label={field("waktu_asli")}
          value={step.waktu_asli ?? ""}
          flaw={at("waktu_asli")}
          onChange={(waktu_asli) => set({ waktu_asli })}
        />
      </Group>
      <ItemFields
        label={field("output")}
        items={step.output}
        kinds={kinds}
        isOutput
        flawAt={(item, name) => at("output", item, ...(name ? [name] : []))}
        onChange={(output) => set({ output })}
      />
      <AnswerFields
        step={step}
        steps={form.langkah}
        roles={form.pelaksana}
        flawAt={(...place) => at("keputusan", ...place)}
        onChange={(keputusan) => set({ keputusan })}
      />
      <Group gap="xs" align="flex-start">
        <Target
          label={field("berikut")}
          value={step.berikut}
          steps={form.langkah}
          flaw={at("berikut")}
          onChange={(berikut) => set({ berikut })}
        />
        <OutcomeSelect value={step.hasil} flaw={at("hasil")} onChange={(hasil) => set({ hasil })} />
        <Line
          label={field("no_asli")}
          value={step.no_asli ?? ""}
          flaw={at("no_asli")}
          onChange={(no_asli) => set({ no_asli })}
        />
      </Group>
      <BothLanguages
        label={field("tombol")}
        value={step.tombol}
        flaw={at("tombol")}
        onChange={(tombol) => set({ tombol })}
      />
      <BothLanguages
        label={field("menunggu")}
        value={step.menunggu}
        flaw={at("menunggu")}
        onChange={(menunggu) => set({ menunggu })}
      />
      <Line
        label={field("prosedur")}
        value={step.prosedur}
        flaw={at("prosedur")}
        isLong
        onChange={(prosedur) => set({ prosedur })}
      />
      <Line
        label={field("keterangan")}
        value={step.keterangan}
        flaw={at("keterangan")}
        isLong
        onChange={(keterangan) => set({ keterangan })}
      />
      <SheetFields
        sheets={step.isian}
        roles={executors}
        flawAt={(...place) => at("isian", ...place)}
        onChange={(isian) => set({ isian })}
      />
      <More label={t("editor.more")} isOpen={step.memverifikasi.length > 0 || step.petunjuk !== null || step.otomatis}>
        <MultiSelect
          label={field("memverifikasi")}
          value={step.memverifikasi.map(String)}
          {...shown(at("memverifikasi"))}
          data={form.langkah.map(({ no, ringkas, uraian }) => ({
            value: String(no),
            label: `${no}. ${ringkas.id || uraian}`,
          }))}
          onChange={(chosen) => set({ memverifikasi: chosen.map(Number) })}
        />
        <BothLanguages
          label={field("petunjuk")}
          value={step.petunjuk ?? NO_WORDS}
          flaw={at("petunjuk")}
          onChange={(petunjuk) => set({ petunjuk })}
        />
        <Checkbox
          label={t("editor.automatic")}
          checked={step.otomatis}
          error={at("otomatis")?.text}
          onChange={(event) => set({ otomatis: event.currentTarget.checked })}
        />
      </More>
    </Stack>
  );
}
