// Executors and the lanes they stand in.
import { Checkbox, Group, MultiSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";
import { AddButton, BothLanguages, Line, RemoveButton, shown } from "./fields";
import type { Flaw, FlawAt } from "./flaws";
import { codeOf, type FormLane, type FormRole, type SopForm } from "./form";

interface Props {
  form: SopForm;
  flawAt: FlawAt;
  onChange: (form: SopForm) => void;
}

const replaced = <Item,>(items: Item[], position: number, item: Item): Item[] =>
  items.map((one, index) => (index === position ? item : one));
const without = <Item,>(items: Item[], position: number): Item[] => items.filter((_, index) => index !== position);

export function PeopleFields({ form, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  const roles = form.pelaksana;
  const lanes = form.lajur;
  const setRoles = (pelaksana: FormRole[]) => onChange({ ...form, pelaksana });
  const setLanes = (lajur: FormLane[]) => onChange({ ...form, lajur });
  return (
    <Stack gap="md">
      <Title order={3}>{t("editor.field.pelaksana")}</Title>
      <Text size="sm" c="dimmed">
        {t("editor.roleHint")}
      </Text>
      {roles.map((role, position) => (
        <Role
          key={position}
          role={role}
          flaw={flawAt("pelaksana", position) ?? flawAt("pelaksana", position, "nama")}
          codeFlaw={flawAt("pelaksana", position, "id")}
          onChange={(changed) => setRoles(replaced(roles, position, changed))}
          onRemove={() => setRoles(without(roles, position))}
        />
      ))}
      <AddButton label={t("editor.addRole")} onClick={() => setRoles([...roles, { id: "", nama: "", luar: false }])} />
      <Title order={3}>{t("editor.field.lajur")}</Title>
      {lanes.map((lane, position) => (
        <Lane
          key={position}
          lane={lane}
          roles={roles}
          flaw={flawAt("lajur", position) ?? flawAt("lajur", position, "judul") ?? flawAt("lajur", position, "id")}
          rolesFlaw={flawAt("lajur", position, "pelaksana")}
          onChange={(changed) => setLanes(replaced(lanes, position, changed))}
          onRemove={() => setLanes(without(lanes, position))}
        />
      ))}
      <AddButton
        label={t("editor.addLane")}
        onClick={() => setLanes([...lanes, { id: "", judul: { id: "", en: "" }, pelaksana: [] }])}
      />
    </Stack>
  );
}

interface RoleProps {
  role: FormRole;
  flaw: Flaw | undefined;
  codeFlaw: Flaw | undefined;
  onChange: (role: FormRole) => void;
  onRemove: () => void;
}

function Role({ role, flaw, codeFlaw, onChange, onRemove }: RoleProps) {
  const { t } = useTranslation();
  // A new executor gets a code from the name, once: accounts hold the code, and a name may be corrected later.
  const code = () => role.id === "" && onChange({ ...role, id: codeOf(role.nama) });
  return (
    <Group gap="xs" align="flex-start">
      <Line
        label={t("editor.roleName")}
        value={role.nama}
        flaw={flaw}
        onChange={(nama) => onChange({ ...role, nama })}
        onBlur={code}
      />
      <Line label={t("editor.roleCode")} value={role.id} flaw={codeFlaw} onChange={(id) => onChange({ ...role, id })} />
      <Checkbox
        label={t("editor.outside")}
        className={classes.unlabelled ?? ""}
        pt={8}
        checked={role.luar}
        onChange={(event) => onChange({ ...role, luar: event.currentTarget.checked })}
      />
      <RemoveButton
        isBesideLabel
        label={t("editor.removeNamed", { nama: role.nama || t("editor.roleName") })}
        onClick={onRemove}
      />
    </Group>
  );
}

interface LaneProps {
  lane: FormLane;
  roles: FormRole[];
  flaw: Flaw | undefined;
  rolesFlaw: Flaw | undefined;
  onChange: (lane: FormLane) => void;
  onRemove: () => void;
}

function Lane({ lane, roles, flaw, rolesFlaw, onChange, onRemove }: LaneProps) {
  const { t } = useTranslation();
  const code = () => lane.id === "" && onChange({ ...lane, id: codeOf(lane.judul.id) });
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <BothLanguages
          label={t("editor.laneTitle")}
          value={lane.judul}
          flaw={flaw}
          onChange={(judul) => onChange({ ...lane, judul })}
          onBlur={code}
        />
        <Group gap="xs" align="flex-start">
          <RolePicker
            label={t("editor.laneRoles")}
            roles={roles}
            value={lane.pelaksana}
            flaw={rolesFlaw}
            onChange={(pelaksana) => onChange({ ...lane, pelaksana })}
          />
          <RemoveButton
            isBesideLabel
            label={t("editor.removeNamed", { nama: lane.judul.id || t("editor.laneTitle") })}
            onClick={onRemove}
          />
        </Group>
      </Stack>
    </Paper>
  );
}

interface PickerProps {
  label: string;
  roles: FormRole[];
  value: string[];
  flaw?: Flaw | undefined;
  onChange: (value: string[]) => void;
}

/** Roles in the order in which they are chosen; one that is no longer declared can still be taken away. */
export function RolePicker({ label, roles, value, flaw, onChange }: PickerProps) {
  const known = [...new Map(roles.filter(({ id }) => id).map((role) => [role.id, role])).values()];
  const strangers = [...new Set(value)].filter((id) => id && !known.some((role) => role.id === id));
  return (
    <MultiSelect
      label={label}
      className={classes.field ?? ""}
      value={value.filter(Boolean)}
      {...shown(flaw)}
      data={[
        ...known.map(({ id, nama }) => ({ value: id, label: nama || id })),
        ...strangers.map((id) => ({ value: id, label: id })),
      ]}
      onChange={onChange}
    />
  );
}
