// Who is told when an executor is late, and when the whole SOP is.
import { Group, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { AddButton, RemoveButton, shown } from "./fields";
import type { FlawAt } from "./flaws";
import type { FormEscalation, FormRole } from "./form";
import { RolePicker } from "./people-fields";

interface Props {
  escalation: FormEscalation;
  roles: FormRole[];
  flawAt: FlawAt;
  onChange: (escalation: FormEscalation) => void;
}

const HEAD_OF_OFFICE = "pimpinan";

export function EscalationFields({ escalation, roles, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  const legend = t("editor.field.eskalasi");
  const rows = escalation.langkah;
  const head = { id: HEAD_OF_OFFICE, nama: t("editor.headOfOffice"), luar: false };
  const superiors = [...roles.filter(({ luar, id }) => !luar && id !== head.id), head];
  const setRows = (langkah: FormEscalation["langkah"]) => onChange({ ...escalation, langkah });
  return (
    <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600} p={0} mb={4}>
        {legend}
      </Text>
      <Text size="xs" c="dimmed">
        {t("editor.escalationHint")}
      </Text>
      {rows.map((row, position) => {
        const set = (change: Partial<typeof row>) =>
          setRows(rows.map((one, index) => (index === position ? { ...one, ...change } : one)));
        const name = t("editor.numbered", { label: legend, no: position + 1 });
        return (
          <Group key={position} gap="xs" align="flex-start" role="group" aria-label={name}>
            <Select
              label={t("editor.late")}
              className={classes.field ?? ""}
              value={row.pelaksana || null}
              {...shown(flawAt("langkah", position) ?? flawAt("langkah", position, "pelaksana"))}
              allowDeselect={false}
              data={knownAnd(roles, row.pelaksana)}
              onChange={(pelaksana) => set({ pelaksana: pelaksana ?? "" })}
            />
            <RolePicker
              label={t("editor.superior")}
              roles={superiors}
              value={row.atasan}
              flaw={flawAt("langkah", position, "atasan")}
              onChange={(atasan) => set({ atasan })}
            />
            <RemoveButton
              isBesideLabel
              label={t("editor.removeNamed", { nama: name })}
              onClick={() => setRows(rows.filter((_, index) => index !== position))}
            />
          </Group>
        );
      })}
      <AddButton
        label={t("editor.addTo", { label: legend })}
        onClick={() => setRows([...rows, { pelaksana: "", atasan: [] }])}
      />
      <RolePicker
        label={t("editor.totalLate")}
        roles={superiors}
        value={escalation.total}
        flaw={flawAt() ?? flawAt("total")}
        onChange={(total) => onChange({ ...escalation, total })}
      />
    </Stack>
  );
}

/** The roles there are, and the one that was chosen although it is no longer declared. */
function knownAnd(roles: FormRole[], chosen: string) {
  const known = roles.filter(({ id }) => id).map(({ id, nama }) => ({ value: id, label: nama || id }));
  return chosen === "" || known.some(({ value }) => value === chosen)
    ? known
    : [...known, { value: chosen, label: chosen }];
}
