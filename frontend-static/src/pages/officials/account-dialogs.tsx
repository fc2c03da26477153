// Making an account, its one-time password, ending it, and one more office.
import { Alert, Checkbox, Code, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { FormDialog } from "../../components/form-dialog";
import {
  createOffice,
  createOfficial,
  disableOfficial,
  enableOfficial,
  resetPassword,
  usePower,
  type Office,
  type Official,
  type OneTimePassword,
} from "../../lib/people";
import { usePeopleChange } from "./use-people-change";

interface Closable {
  onClose: () => void;
}

const HOME = "utama";

export function NewOfficialDialog({
  offices,
  onMade,
  onClose,
}: Closable & { offices: Office[]; onMade: (made: OneTimePassword) => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ username: "", nama: "", jabatan: "", kantor: HOME, is_admin: false });
  const set = (part: Partial<typeof form>) => setForm((known) => ({ ...known, ...part }));
  const send = usePeopleChange(createOfficial, t("people.made"), onMade);
  return (
    <FormDialog
      title={t("people.newAccount")}
      action={t("people.make")}
      send={send}
      onSubmit={() => send.mutate(form)}
      onClose={onClose}
    >
      <TextInput
        label={t("people.name")}
        required
        maxLength={200}
        value={form.nama}
        onChange={(event) => set({ nama: event.currentTarget.value })}
      />
      <TextInput
        label={t("people.username")}
        description={t("people.usernameHint")}
        required
        maxLength={64}
        autoComplete="off"
        value={form.username}
        onChange={(event) => set({ username: event.currentTarget.value })}
      />
      <TextInput
        label={t("people.jabatanOfAccount")}
        description={t("people.jabatanOfAccountHint")}
        required
        maxLength={200}
        value={form.jabatan}
        onChange={(event) => set({ jabatan: event.currentTarget.value })}
      />
      <OfficeSelect offices={offices} value={form.kantor} onChange={(kantor) => set({ kantor })} />
      <Checkbox
        label={t("people.isAdmin")}
        description={t("people.isAdminHint")}
        checked={form.is_admin}
        onChange={(event) => set({ is_admin: event.currentTarget.checked })}
      />
    </FormDialog>
  );
}

interface OfficeSelectProps {
  offices: Office[];
  value: string;
  onChange: (value: string) => void;
}

/** Nothing to choose where the installation has one office. */
export function OfficeSelect({ offices, value, onChange }: OfficeSelectProps) {
  const { t } = useTranslation();
  if (offices.length < 2) return null;
  return (
    <Select
      label={t("people.office")}
      allowDeselect={false}
      data={offices.map(({ id, nama }) => ({ value: id, label: nama }))}
      value={value}
      onChange={(chosen) => onChange(chosen ?? value)}
    />
  );
}

export function NewOfficeDialog({ onClose }: Closable) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ id: "", kode: "", nama: "" });
  const set = (part: Partial<typeof form>) => setForm((known) => ({ ...known, ...part }));
  const send = usePeopleChange(createOffice, t("people.officeMade"), onClose);
  return (
    <FormDialog
      title={t("people.newOffice")}
      action={t("people.make")}
      send={send}
      onSubmit={() => send.mutate(form)}
      onClose={onClose}
    >
      <Text size="sm">{t("people.newOfficeHint")}</Text>
      <TextInput
        label={t("people.officeName")}
        required
        maxLength={200}
        value={form.nama}
        onChange={(event) => set({ nama: event.currentTarget.value })}
      />
      <TextInput
        label={t("people.officeCode")}
        description={t("people.officeCodeHint")}
        required
        maxLength={16}
        value={form.kode}
        // Its id is the code in lower case: nobody has to think of two names.
        onChange={(event) =>
          set({ kode: event.currentTarget.value.toUpperCase(), id: event.currentTarget.value.toLowerCase() })
        }
      />
    </FormDialog>
  );
}

export function PasswordDialog({
  official,
  onMade,
  onClose,
}: Closable & { official: Official; onMade: (made: OneTimePassword) => void }) {
  const { t } = useTranslation();
  const send = usePeopleChange(() => resetPassword(official.id), t("people.passwordMade"), onMade);
  return (
    <FormDialog
      title={t("people.passwordOf", { nama: official.nama })}
      action={t("people.makePassword")}
      send={send}
      onSubmit={() => send.mutate(undefined)}
      onClose={onClose}
    >
      <Text size="sm">{t("people.passwordHint")}</Text>
    </FormDialog>
  );
}

export function EnableDialog({
  official,
  onMade,
  onClose,
}: Closable & { official: Official; onMade: (made: OneTimePassword) => void }) {
  const { t } = useTranslation();
  const send = usePeopleChange(() => enableOfficial(official.id), t("people.enabled"), onMade);
  return (
    <FormDialog
      title={t("people.enableOf", { nama: official.nama })}
      action={t("people.enable")}
      send={send}
      onSubmit={() => send.mutate(undefined)}
      onClose={onClose}
    >
      <Text size="sm">{t("people.enableHint")}</Text>
    </FormDialog>
  );
}

/** The password is told this once; the dialog does not close by a stray click. */
export function ShownPassword({ made, onClose }: Closable & { made: OneTimePassword }) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onClose} title={t("people.passwordOf", { nama: made.akun.nama })}>
      <Stack>
        <Text size="sm">{t("people.passwordOnce")}</Text>
        <div>
          <Text size="xs" c="dimmed">
            {t("people.username")}
          </Text>
          <Code fz="md">{made.akun.username}</Code>
        </div>
        <div>
          <Text size="xs" c="dimmed">
            {t("people.password")}
          </Text>
          <Code fz="lg" fw={700}>
            {made.kata_sandi}
          </Code>
        </div>
      </Stack>
    </Dialog>
  );
}

export function DisableDialog({ official, onClose }: Closable & { official: Official }) {
  const { t } = useTranslation();
  const send = usePeopleChange(() => disableOfficial(official.id), t("people.disabled"), onClose);
  const alone = usePower(official.id).data?.menunggu.filter(({ satu_satunya }) => satu_satunya) ?? [];
  return (
    <FormDialog
      title={t("people.disableOf", { nama: official.nama })}
      action={t("people.disable")}
      color="red"
      send={send}
      onSubmit={() => send.mutate(undefined)}
      onClose={onClose}
    >
      <Text size="sm">{t("people.disableHint")}</Text>
      {alone.length > 0 && (
        <Alert color="yellow" variant="outline" c="var(--mantine-color-text)" title={t("people.aloneTitle")}>
          <ul className="plain-list hostile">
            {alone.map((one) => (
              <li key={`${one.insiden}.${one.no}`}>
                {one.nomor} · {t("sop.step", { no: one.no })} · {one.judul}
              </li>
            ))}
          </ul>
          <Text size="sm" mt="xs">
            {t("people.aloneHint")}
          </Text>
        </Alert>
      )}
    </FormDialog>
  );
}
