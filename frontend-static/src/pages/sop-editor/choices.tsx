// Choosing where a step or an answer leads, and how the SOP ends.
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { shown } from "./fields";
import type { Flaw } from "./flaws";
import type { FormStep } from "./form";

interface TargetProps {
  label: string;
  value: number | null;
  steps: FormStep[];
  flaw?: Flaw | undefined;
  noneLabel?: string;
  onChange: (no: number | null) => void;
}

export function Target({ label, value, steps, flaw, noneLabel, onChange }: TargetProps) {
  const { t } = useTranslation();
  const data = steps.map(({ no, ringkas, uraian }) => ({ value: String(no), label: `${no}. ${ringkas.id || uraian}` }));
  const isStranger = value !== null && !steps.some(({ no }) => no === value);
  return (
    <Select
      label={label}
      className={classes.field ?? ""}
      allowDeselect={false}
      value={value === null ? "" : String(value)}
      {...shown(flaw)}
      data={[
        { value: "", label: noneLabel ?? t("editor.ends") },
        ...data,
        ...(isStranger ? [{ value: String(value), label: t("sop.toStep", { no: value }) }] : []),
      ]}
      onChange={(chosen) => onChange(chosen ? Number(chosen) : null)}
    />
  );
}

const OUTCOMES = ["tuntas", "diselesaikan_awal", "bukan_gangguan", "masuk_program_kegiatan", "dialihkan"] as const;

interface OutcomeProps {
  value: string | null;
  flaw?: Flaw | undefined;
  onChange: (value: string | null) => void;
}

export function OutcomeSelect({ value, flaw, onChange }: OutcomeProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("editor.field.hasil")}
      w={190}
      allowDeselect={false}
      value={value ?? ""}
      {...shown(flaw)}
      data={[
        { value: "", label: t("editor.noOutcome") },
        ...OUTCOMES.map((one) => ({ value: one, label: t(`hasil.${one}`) })),
      ]}
      onChange={(chosen) => onChange(chosen || null)}
    />
  );
}
