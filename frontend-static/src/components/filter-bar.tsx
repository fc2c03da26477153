// Search words, level and status of a list; what is chosen goes into the address.
import { Button, Group, Select, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { ListFilter } from "../lib/api";
import { LEVELS } from "./level-badge";

interface Option {
  value: string;
  label: string;
}

interface Props {
  value: ListFilter;
  statusLabel: string;
  /** The first, with an empty value, is what is shown without a choice. */
  statuses: Option[];
  onChange: (filter: ListFilter) => void;
}

export function FilterBar({ value, statusLabel, statuses, onChange }: Props) {
  const { t } = useTranslation();
  const [words, setWords] = useState(value.q ?? "");
  useEffect(() => setWords(value.q ?? ""), [value.q]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({ ...value, q: words.trim() || undefined });
  };
  return (
    <form onSubmit={submit} role="search">
      <Group gap="xs" align="flex-end" mb="sm">
        <TextInput
          label={t("filter.search")}
          placeholder={t("filter.searchHint")}
          type="search"
          leftSection={<Search size={15} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          style={{ flex: "1 1 180px" }}
        />
        <Choice
          label={t("level.label")}
          value={value.level}
          options={[
            { value: "", label: t("filter.all") },
            ...LEVELS.map((level) => ({ value: level, label: t(`level.${level}`) })),
          ]}
          onChange={(level) => onChange({ ...value, level })}
        />
        <Choice
          label={statusLabel}
          value={value.status}
          options={statuses}
          onChange={(status) => onChange({ ...value, status })}
        />
        <Button type="submit" variant="default">
          {t("filter.apply")}
        </Button>
      </Group>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: Option[];
  onChange: (value: string | undefined) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <Select
      label={label}
      w={160}
      allowDeselect={false}
      value={value ?? ""}
      data={options}
      onChange={(chosen) => onChange(chosen || undefined)}
    />
  );
}
