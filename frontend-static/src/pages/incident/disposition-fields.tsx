// The lembar disposisi in the form of its step. What is left empty is taken from the intake; the note is its catatan.
import { Checkbox, Fieldset, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFollowedSop, useIntake } from "../../lib/queries";
import type { DispositionForm, IncidentDetail } from "../../lib/types";
import { AskFields } from "./ask-fields";
import type { DispositionDraft } from "./step-forms";

type Security = NonNullable<DispositionForm["keamanan"]>;
type Urgency = NonNullable<DispositionForm["derajat"]>;
const SECURITY: Security[] = ["biasa", "terbatas", "rahasia", "sangat_rahasia"];
const URGENCY: Urgency[] = ["biasa", "segera", "amat_segera"];

interface Props {
  incident: IncidentDetail;
  draft: DispositionDraft;
  onChange: (part: Partial<DispositionDraft>) => void;
}

export function DispositionFields({ incident, draft, onChange }: Props) {
  const { t } = useTranslation();
  const known = useIntake(incident.id).data;
  const sop = useFollowedSop(incident.id).data;
  const roles = (sop?.pelaksana ?? []).filter(({ luar }) => !luar);
  const text = (name: "surat_dari" | "nomor_surat" | "nomor_agenda" | "hal", fallback: string, maxLength = 200) => (
    <TextInput
      label={t(`disposition.${name}`)}
      placeholder={fallback}
      maxLength={maxLength}
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  const day = (name: "tanggal_surat" | "diterima") => (
    <TextInput
      type="date"
      label={t(`disposition.${name}`)}
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <Fieldset legend={t("disposition.form")} className="hostile">
      <Stack gap="sm">
        <Checkbox.Group
          label={t("disposition.to")}
          description={t("disposition.toHint")}
          value={draft.kepada}
          onChange={(kepada) => onChange({ kepada })}
        >
          <Stack gap={6} mt={4}>
            {roles.map(({ id, nama }) => (
              <Checkbox key={id} value={id} label={nama} />
            ))}
          </Stack>
        </Checkbox.Group>
        <AskFields value={draft.harap} onChange={(harap) => onChange({ harap })} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Select
            label={t("disposition.keamanan")}
            clearable
            clearButtonProps={{ "aria-label": t("disposition.clearSecurity") }}
            value={draft.keamanan}
            data={SECURITY.map((value) => ({ value, label: t(`disposition.security.${value}`) }))}
            onChange={(keamanan) => onChange({ keamanan: keamanan as Security | null })}
          />
          <Select
            label={t("disposition.derajat")}
            clearable
            clearButtonProps={{ "aria-label": t("disposition.clearUrgency") }}
            value={draft.derajat}
            data={URGENCY.map((value) => ({ value, label: t(`disposition.urgency.${value}`) }))}
            onChange={(derajat) => onChange({ derajat: derajat as Urgency | null })}
          />
          {text("surat_dari", known?.instansi || known?.nama || incident.pelapor)}
          {text("nomor_surat", known?.nomor_surat ?? "")}
          {day("tanggal_surat")}
          {day("diterima")}
          {text("nomor_agenda", known?.nomor_agenda ?? "", 100)}
          {text("hal", incident.judul, 500)}
        </SimpleGrid>
      </Stack>
    </Fieldset>
  );
}
