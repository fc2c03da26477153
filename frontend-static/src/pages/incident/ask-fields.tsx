// What a lembar disposisi asks for: "dengan hormat harap".
import { Checkbox, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DispositionForm } from "../../lib/types";

type Ask = NonNullable<DispositionForm["harap"]>[number];
const ASKS: Ask[] = ["tanggapan_dan_saran", "proses_lebih_lanjut", "koordinasi_dan_konfirmasikan"];

export function AskFields({ value, onChange }: { value: Ask[]; onChange: (value: Ask[]) => void }) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group label={t("disposition.harap")} value={value} onChange={(chosen) => onChange(chosen as Ask[])}>
      <Group gap="md" mt={4}>
        {ASKS.map((one) => (
          <Checkbox key={one} value={one} label={t(`disposition.ask.${one}`)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
