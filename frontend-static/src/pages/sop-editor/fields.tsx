// Small fields of the form, each with the mistake that the server found at its place.
import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../lib/types";
import type words from "../../locales/id.json";
import classes from "./editor.module.css";
import type { Flaw } from "./flaws";
import type { FormDuration } from "./form";

export type FieldName = keyof (typeof words)["editor"]["field"];

/** How an input shows what is wrong with it: an error makes the field one, a warning only stands under it. */
export function shown(flaw: Flaw | undefined) {
  const order: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];
  return flaw === undefined
    ? {}
    : { inputWrapperOrder: order, ...(flaw.isError ? { error: flaw.text } : { description: flaw.text }) };
}

interface LineProps {
  label: string;
  value: string;
  flaw?: Flaw | undefined;
  isLong?: boolean;
  onChange: (value: string) => void;
  onBlur?: (() => void) | undefined;
}

export function Line({ label, value, flaw, isLong = false, onChange, onBlur }: LineProps) {
  const common = {
    label,
    value,
    maxLength: 4_000,
    className: classes.field ?? "",
    ...(onBlur ? { onBlur } : {}),
    ...shown(flaw),
  };
  return isLong ? (
    <Textarea {...common} autosize minRows={2} maxRows={10} onChange={(event) => onChange(event.currentTarget.value)} />
  ) : (
    <TextInput {...common} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

interface BothProps {
  label: string;
  value: Words;
  flaw?: Flaw | undefined;
  onChange: (value: Words) => void;
  onBlur?: (() => void) | undefined;
}

/** A text in Bahasa Indonesia and in English; English left empty is the Indonesian text. */
export function BothLanguages({ label, value, flaw, onChange, onBlur }: BothProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-start">
      <Line label={label} value={value.id} flaw={flaw} onChange={(id) => onChange({ ...value, id })} onBlur={onBlur} />
      <Line label={t("editor.inEnglish", { label })} value={value.en} onChange={(en) => onChange({ ...value, en })} />
    </Group>
  );
}

interface ListProps {
  label: string;
  values: string[];
  flawAt: (position: number) => Flaw | undefined;
  onChange: (values: string[]) => void;
}

export function Lines({ label, values, flawAt, onChange }: ListProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600} p={0} mb={4}>
        {label}
      </Text>
      {values.map((value, position) => (
        <Group key={position} gap="xs" align="flex-start" wrap="nowrap">
          <Textarea
            aria-label={t("editor.numbered", { label, no: position + 1 })}
            autosize
            minRows={1}
            maxLength={4_000}
            style={{ flex: 1 }}
            value={value}
            {...shown(flawAt(position))}
            onChange={(event) => {
              const changed = event.currentTarget.value;
              onChange(values.map((one, index) => (index === position ? changed : one)));
            }}
          />
          <RemoveButton
            label={t("editor.removeNamed", { nama: t("editor.numbered", { label, no: position + 1 }) })}
            onClick={() => onChange(values.filter((_, index) => index !== position))}
          />
        </Group>
      ))}
      <AddButton label={t("editor.addTo", { label })} onClick={() => onChange([...values, ""])} />
    </Stack>
  );
}

interface DurationProps {
  label: string;
  value: FormDuration | null;
  flaw?: Flaw | undefined;
  onChange: (value: FormDuration | null) => void;
}

export function DurationFields({ label, value, flaw, onChange }: DurationProps) {
  const { t } = useTranslation();
  const units = ["menit", "jam", "hari", "hari_kerja"] as const;
  const amount = (given: string | number) => (typeof given === "number" ? given : null);
  const set = (change: Partial<FormDuration>) =>
    onChange({ ...(value ?? { min: null, max: null, satuan: "hari" }), ...change });
  return (
    <Group gap="xs" align="flex-start">
      <Select
        label={label}
        w={150}
        allowDeselect={false}
        value={value?.satuan ?? ""}
        {...shown(flaw)}
        data={[
          { value: "", label: t("editor.noTime") },
          ...units.map((unit) => ({ value: unit, label: t(`editor.unit.${unit}`) })),
        ]}
        onChange={(unit) => {
          const chosen = units.find((one) => one === unit);
          if (chosen) set({ satuan: chosen, ...(value ? {} : { min: 1, max: 1 }) });
          else onChange(null);
        }}
      />
      {value && (
        <>
          <NumberInput
            label={t("editor.least")}
            w={110}
            min={1}
            max={1_000}
            allowDecimal={false}
            value={value.min ?? ""}
            onChange={(given) => set({ min: amount(given) })}
          />
          <NumberInput
            label={t("editor.most")}
            w={110}
            min={1}
            max={1_000}
            allowDecimal={false}
            value={value.max ?? ""}
            onChange={(given) => set({ max: amount(given) })}
          />
        </>
      )}
    </Group>
  );
}

/** What most steps do without; open where something in it is filled in or wrong. */
export function More({ label, isOpen, children }: { label: string; isOpen: boolean; children: ReactNode }) {
  return (
    <details open={isOpen}>
      <summary>
        <Text span size="sm" fw={600}>
          {label}
        </Text>
      </summary>
      <Stack gap="sm" mt="xs">
        {children}
      </Stack>
    </details>
  );
}

export function AddButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <div>
      <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={onClick}>
        {label}
      </Button>
    </div>
  );
}

interface RemoveProps {
  label: string;
  /** Stands beside inputs that have a label above them. */
  isBesideLabel?: boolean;
  onClick: () => void;
}

export function RemoveButton({ label, isBesideLabel = false, onClick }: RemoveProps) {
  return (
    <ActionIcon
      variant="default"
      size={34}
      className={isBesideLabel ? (classes.unlabelled ?? "") : ""}
      aria-label={label}
      onClick={onClick}
    >
      <Trash2 size={16} aria-hidden />
    </ActionIcon>
  );
}
