// How lines are read: one of the parsers by its name, or whichever they look like.
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { parsersQuery } from "../lib/parsers-api";
import { AUTO } from "../lib/sources-api";

interface Props {
  value: string;
  onChange: (format: string) => void;
}

export function FormatSelect({ value, onChange }: Props) {
  const { t } = useTranslation();
  const { data: formats } = useQuery(parsersQuery);
  const choices = (formats?.items ?? []).map(({ nama, judul }) => ({ value: nama, label: `${nama}: ${judul}` }));
  return (
    <Select
      label={t("data.format")}
      searchable
      allowDeselect={false}
      data={[{ value: AUTO, label: t("data.formatAuto") }, ...choices]}
      value={value}
      onChange={(format) => onChange(format ?? AUTO)}
    />
  );
}
