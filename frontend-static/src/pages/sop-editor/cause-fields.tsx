// The causes that go with an answer; where there are any, one has to be chosen.
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { OutcomeSelect } from "./choices";
import { AddButton, BothLanguages, Line, RemoveButton } from "./fields";
import type { FlawAt } from "./flaws";
import { codeOf, newCause, type FormCause } from "./form";

interface Props {
  causes: FormCause[];
  flawAt: FlawAt;
  onChange: (causes: FormCause[]) => void;
}

export function CauseFields({ causes, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  const legend = t("editor.field.sebab");
  return (
    <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600} p={0} mb={4}>
        {legend}
      </Text>
      {causes.map((cause, position) => {
        const set = (change: Partial<FormCause>) =>
          onChange(causes.map((one, index) => (index === position ? { ...one, ...change } : one)));
        const name = t("editor.numbered", { label: legend, no: position + 1 });
        return (
          <Stack key={position} gap={4} role="group" aria-label={name}>
            <BothLanguages
              label={t("editor.causeLabel")}
              value={cause.label}
              flaw={flawAt(position) ?? flawAt(position, "label")}
              onChange={(label) => set({ label })}
              onBlur={() => cause.kode === "" && set({ kode: codeOf(cause.label.id) })}
            />
            <Group gap="xs" align="flex-start">
              <Line
                label={t("editor.roleCode")}
                value={cause.kode}
                flaw={flawAt(position, "kode")}
                onChange={(kode) => set({ kode })}
              />
              <OutcomeSelect
                value={cause.hasil}
                flaw={flawAt(position, "hasil")}
                onChange={(hasil) => set({ hasil })}
              />
              <RemoveButton
                isBesideLabel
                label={t("editor.removeNamed", { nama: cause.label.id || name })}
                onClick={() => onChange(causes.filter((_, index) => index !== position))}
              />
            </Group>
          </Stack>
        );
      })}
      <AddButton label={t("editor.addTo", { label: legend })} onClick={() => onChange([...causes, newCause()])} />
    </Stack>
  );
}
