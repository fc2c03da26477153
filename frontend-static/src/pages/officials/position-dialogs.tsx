// Giving a position, by itself or in somebody's place, and ending one.
import { Alert, MultiSelect, Radio, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/form-dialog";
import {
  endPosition,
  givePosition,
  type NewPosition,
  type Office,
  type Official,
  type Position,
} from "../../lib/people";
import type { RoleGroup } from "../../lib/role-options";
import { withCapacity } from "../../lib/signature";
import { OfficeSelect } from "./account-dialogs";
import { dayBefore, useToday } from "./today";
import { usePeopleChange } from "./use-people-change";

const CAPACITIES = ["definitif", "plt", "plh"] as const;

interface GiveProps {
  official: Official;
  everybody: Official[];
  offices: Office[];
  roles: RoleGroup[];
  onClose: () => void;
}

export function GivePositionDialog({ official, everybody, offices, roles, onClose }: GiveProps) {
  const { t } = useTranslation();
  const today = useToday();
  const [form, setForm] = useState<NewPosition>({
    akun: official.id,
    kantor: official.kantor,
    jabatan: "",
    peran: [],
    kedudukan: "definitif",
    mulai: today,
  });
  const set = (part: Partial<NewPosition>) => setForm((known) => ({ ...known, ...part }));
  const send = usePeopleChange(givePosition, t("people.given"), onClose);
  const isOwn = form.kedudukan === "definitif";
  const takeOver = (id: string | null) => set({ menggantikan: id, ...placeOf(everybody, id, form.kantor ?? "") });
  const submit = () => {
    const letter = { nomor_surat: form.nomor_surat ?? null, tanggal_surat: form.tanggal_surat ?? null };
    const replaced = { menggantikan: form.menggantikan ?? null };
    const nothing = { nomor_surat: null, tanggal_surat: null, menggantikan: null };
    send.mutate({ ...form, sampai: form.sampai ?? null, ...(isOwn ? nothing : { ...letter, ...replaced }) });
  };
  return (
    <FormDialog
      title={t("people.giveTo", { nama: official.nama })}
      action={t("people.give")}
      send={send}
      onSubmit={submit}
      onClose={onClose}
    >
      <Radio.Group
        label={t("people.capacity")}
        value={form.kedudukan ?? "definitif"}
        onChange={(value) => set({ kedudukan: value as NonNullable<NewPosition["kedudukan"]> })}
      >
        <Stack gap={6} mt={4}>
          {CAPACITIES.map((one) => (
            <Radio
              key={one}
              value={one}
              label={t(`people.capacities.${one}`)}
              description={t(`people.capacityHint.${one}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <OfficeSelect offices={offices} value={form.kantor ?? ""} onChange={(kantor) => set({ kantor })} />
      {!isOwn && (
        <Select
          label={t("people.replaced")}
          description={t(form.kedudukan === "plh" ? "people.replacedHint" : "people.replacedHintPlt")}
          required={form.kedudukan === "plh"}
          clearable
          searchable
          nothingFoundMessage={t("people.nobody")}
          data={everybody
            .filter(({ id, is_admin }) => id !== official.id && !is_admin)
            .map(({ id, nama, jabatan, username }) => ({ value: id, label: `${nama}, ${jabatan} (${username})` }))}
          value={form.menggantikan ?? null}
          onChange={takeOver}
        />
      )}
      <TextInput
        label={t("people.jabatan")}
        description={t(isOwn ? "people.jabatanHint" : "people.jabatanHintOther")}
        required
        maxLength={200}
        value={form.jabatan}
        onChange={(event) => set({ jabatan: event.currentTarget.value })}
      />
      <MultiSelect
        label={t("people.roles")}
        description={t("people.rolesHint")}
        searchable
        clearable
        nothingFoundMessage={t("people.nobody")}
        data={roles}
        value={form.peran ?? []}
        onChange={(peran) => set({ peran })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <DayField label={t("people.begins")} required value={form.mulai} onChange={(mulai) => set({ mulai })} />
        <DayField
          label={t("people.ends")}
          required={!isOwn}
          value={form.sampai ?? ""}
          onChange={(day) => set({ sampai: day || null })}
        />
        {!isOwn && (
          <>
            <TextInput
              label={t("people.letter")}
              required
              maxLength={100}
              value={form.nomor_surat ?? ""}
              onChange={(event) => set({ nomor_surat: event.currentTarget.value })}
            />
            <DayField
              label={t("people.letterDate")}
              required
              value={form.tanggal_surat ?? ""}
              onChange={(day) => set({ tanggal_surat: day || null })}
            />
          </>
        )}
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t("people.daysHint")}
      </Text>
    </FormDialog>
  );
}

/** What the person that is stood in for holds in that office, to begin with; it stays to be changed. */
function placeOf(everybody: Official[], id: string | null, kantor: string): Partial<NewPosition> {
  const held = everybody.find((one) => one.id === id)?.posisi ?? [];
  const own = held.find((one) => one.berlaku && one.kedudukan === "definitif" && one.kantor === kantor);
  return own ? { jabatan: own.jabatan, peran: own.peran } : {};
}

interface DayFieldProps {
  label: string;
  required: boolean;
  value: string;
  onChange: (value: string) => void;
}

function DayField({ label, required, value, onChange }: DayFieldProps) {
  return (
    <TextInput
      type="date"
      label={label}
      required={required}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function EndPositionDialog({ position, onClose }: { position: Position; onClose: () => void }) {
  const { t } = useTranslation();
  const today = useToday();
  const [when, setWhen] = useState<"now" | "day" | null>(null);
  const [day, setDay] = useState("");
  const send = usePeopleChange((sampai: string) => endPosition(position.id, sampai), t("people.ended"), onClose);
  return (
    <FormDialog
      title={t("people.endOf", { jabatan: withCapacity(position.jabatan, position.kedudukan) })}
      action={t("people.end")}
      send={send}
      onSubmit={() => send.mutate(when === "now" ? dayBefore(today) : day)}
      onClose={onClose}
      disabled={when === null}
    >
      <Radio.Group label={t("people.when")} value={when} onChange={(value) => setWhen(value as "now" | "day")}>
        <Stack gap={6} mt={4}>
          <Radio value="now" label={t("people.endNow")} description={t("people.endNowHint")} />
          <Radio value="day" label={t("people.endOn")} description={t("people.endOnHint")} />
        </Stack>
      </Radio.Group>
      {when === "day" && <DayField label={t("people.ends")} required value={day} onChange={setDay} />}
      <Alert c="var(--mantine-color-text)" variant="outline">
        {t("people.endKeeps")}
      </Alert>
    </FormDialog>
  );
}
