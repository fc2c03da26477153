// Kelengkapan and output of a step, typed dokumen / alat / hasil.
import { Checkbox, Group, Paper, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AddButton, Line, RemoveButton, shown } from "./fields";
import type { Flaw } from "./flaws";
import { ITEM_TRAITS, newItem, type FormItem } from "./form";

interface Props {
  label: string;
  items: FormItem[];
  kinds: { id: string; nama: string }[];
  /** How an item may come; what a step makes has fewer ways. */
  isOutput?: boolean;
  flawAt: (position: number, field?: string) => Flaw | undefined;
  onChange: (items: FormItem[]) => void;
}

const TYPES = ["dokumen", "alat", "hasil"] as const;

export function ItemFields({ label, items, kinds, isOutput = false, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600} p={0} mb={4}>
        {label}
      </Text>
      {items.map((item, position) => {
        const set = (change: Partial<FormItem>) =>
          onChange(items.map((one, index) => (index === position ? { ...one, ...change } : one)));
        const name = t("editor.numbered", { label, no: position + 1 });
        return (
          <Paper key={position} withBorder p="xs" role="group" aria-label={name}>
            <Group gap="xs" align="flex-start">
              <Line
                label={t("editor.itemName")}
                value={item.nama}
                flaw={flawAt(position, "nama") ?? flawAt(position)}
                onChange={(nama) => set({ nama })}
              />
              <Select
                label={t("editor.itemType")}
                w={120}
                allowDeselect={false}
                value={item.jenis}
                data={TYPES.map((one) => ({ value: one, label: t(`editor.type.${one}`) }))}
                onChange={(chosen) => set({ jenis: TYPES.find((one) => one === chosen) ?? "dokumen" })}
              />
              <Select
                label={t("editor.itemDocument")}
                w={220}
                value={item.dokumen ?? ""}
                {...shown(flawAt(position, "dokumen"))}
                allowDeselect={false}
                data={[
                  { value: "", label: t("editor.noDocument") },
                  ...kinds.map(({ id, nama }) => ({ value: id, label: nama })),
                  ...(item.dokumen && !kinds.some(({ id }) => id === item.dokumen)
                    ? [{ value: item.dokumen, label: item.dokumen }]
                    : []),
                ]}
                onChange={(chosen) => set({ dokumen: chosen || null })}
              />
              <RemoveButton
                isBesideLabel
                label={t("editor.removeNamed", { nama: item.nama || name })}
                onClick={() => onChange(items.filter((_, index) => index !== position))}
              />
            </Group>
            {!isOutput && (
              <Group gap="md" mt="xs">
                {ITEM_TRAITS.map((trait) => (
                  <Checkbox
                    key={trait}
                    size="xs"
                    label={t(`editor.trait.${trait}`)}
                    checked={item[trait]}
                    onChange={(event) => set({ [trait]: event.currentTarget.checked })}
                  />
                ))}
              </Group>
            )}
          </Paper>
        );
      })}
      <AddButton label={t("editor.addTo", { label })} onClick={() => onChange([...items, newItem()])} />
    </Stack>
  );
}
