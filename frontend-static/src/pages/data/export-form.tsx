// What was found, as one file: which form, and how many of the newest events. Who took it is in the audit trail.
import { Button, Group, NumberInput, Select } from "@mantine/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EventFilter } from "../../lib/api";
import { EXPORT_FORMATS, exportUrl, MOST_EXPORTED, type ExportFormat } from "../../lib/events-api";

const USUAL = 100_000;

export function ExportForm({ filter }: { filter: EventFilter }) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ExportFormat>("jsonl");
  const [most, setMost] = useState(USUAL);
  return (
    <Group align="flex-end" gap="xs" mb="md" role="group" aria-label={t("data.export")}>
      <Select
        label={t("data.exportFormat")}
        allowDeselect={false}
        data={EXPORT_FORMATS.map((value) => ({ value, label: t(`data.exportAs.${value}`) }))}
        value={format}
        onChange={(chosen) => setFormat(EXPORT_FORMATS.find((one) => one === chosen) ?? "jsonl")}
      />
      <NumberInput
        label={t("data.exportMost")}
        min={1}
        max={MOST_EXPORTED}
        clampBehavior="strict"
        allowDecimal={false}
        w={180}
        value={most}
        onChange={(count) => setMost(Number(count) || 1)}
      />
      <Button
        component="a"
        href={exportUrl(filter, format, most)}
        download
        leftSection={<Download size={15} aria-hidden />}
      >
        {t("data.takeExport")}
      </Button>
    </Group>
  );
}
