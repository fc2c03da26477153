// Event search: the query and the time range live in the address; each value can narrow the query.
import { Button, Group, Text, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { LoadMore } from "../../components/load-more";
import { narrow } from "../../lib/event-query";
import { itemsOf, useEvents, useMe } from "../../lib/queries";
import type { DataSearch } from "../../lib/search";
import { instantOf } from "../../lib/zoned-time";
import { useFormatter } from "../../lib/use-formatter";
import { EventTable, type Narrow } from "./event-table";
import { ExportForm } from "./export-form";
import { FieldValues } from "./field-values";

interface Props {
  search: DataSearch;
  onSearch: (search: DataSearch) => void;
}

export function EventsTab({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const format = useFormatter();
  const zone = useMe().data?.zona ?? "UTC";
  const { q = "", from, to } = search;
  const filter = { q, from: from && instantOf(from, zone), to: to && instantOf(to, zone) };
  const query = useEvents(filter);
  const [open, setOpen] = useState<"fields" | "export" | null>(null);
  const narrowed: Narrow = (field, value, keep) => onSearch({ ...search, q: narrow(q, field, value, keep) });
  return (
    <>
      <SearchForm search={search} onSearch={onSearch} />
      <Group gap="xs" mb="sm">
        {(["fields", "export"] as const).map((part) => (
          <Button
            key={part}
            size="xs"
            variant="default"
            aria-expanded={open === part}
            onClick={() => setOpen(open === part ? null : part)}
          >
            {t(`data.${part}`)}
          </Button>
        ))}
      </Group>
      {open === "fields" && <FieldValues filter={filter} onNarrow={narrowed} />}
      {open === "export" && <ExportForm filter={filter} />}
      <Read query={query}>
        {(data) => {
          const events = itemsOf(data);
          const total = data.pages[0]?.total;
          return (
            <>
              <Text role="status" size="sm" mb="xs">
                {events.length === 0
                  ? t("data.none")
                  : t("data.total", { total: format.number(total ?? events.length) })}
              </Text>
              {events.length > 0 && <EventTable events={events} onNarrow={narrowed} />}
            </>
          );
        }}
      </Read>
      <LoadMore query={query} />
    </>
  );
}

function SearchForm({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const [form, setForm] = useState(search);
  useEffect(() => setForm(search), [search]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch({ ...form, q: form.q?.trim() || "*" });
  };
  return (
    <form onSubmit={submit} role="search">
      <Group align="flex-end" gap="xs" mb="md">
        <TextInput
          label={t("data.query")}
          description={t("data.queryHint")}
          type="search"
          style={{ flex: "1 1 320px" }}
          value={form.q ?? ""}
          onChange={(event) => setForm({ ...form, q: event.currentTarget.value })}
        />
        <TextInput
          label={t("data.from")}
          type="datetime-local"
          value={form.from ?? ""}
          onChange={(event) => setForm({ ...form, from: event.currentTarget.value || undefined })}
        />
        <TextInput
          label={t("data.to")}
          type="datetime-local"
          value={form.to ?? ""}
          onChange={(event) => setForm({ ...form, to: event.currentTarget.value || undefined })}
        />
        <Button type="submit">{t("data.search")}</Button>
      </Group>
    </form>
  );
}
