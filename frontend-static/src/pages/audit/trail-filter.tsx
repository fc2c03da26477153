// Which entries: of an incident, of a kind, of some days; what was picked from a row can be taken off again.
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { TrailSearch } from "../../lib/search";
import { ACTIONS, actionText } from "./actions";

export function TrailFilterForm({ search }: { search: TrailSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(search);
  const set = (part: TrailSearch) => setDraft((known) => ({ ...known, ...part }));
  const show = (wanted: TrailSearch) => void navigate({ to: "/kelola/audit", search: wanted });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    show(draft);
  };
  const actions = ACTIONS.map((value) => ({ value, label: actionText(t, value) }));
  return (
    <form onSubmit={submit} role="search">
      <Group gap="xs" align="flex-end" mb="sm">
        <TextInput
          label={t("audit.filterIncident")}
          placeholder="INS/2026/0001"
          w={170}
          value={draft.insiden ?? ""}
          onChange={(event) => set({ insiden: event.currentTarget.value || undefined })}
        />
        <Select
          label={t("audit.action")}
          w={280}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("audit.clearAction") }}
          value={draft.tindakan ?? null}
          data={actions.toSorted((one, other) => one.label.localeCompare(other.label))}
          onChange={(value) => set({ tindakan: value ?? undefined })}
        />
        <TextInput
          type="date"
          label={t("summary.firstDay")}
          value={draft.dari ?? ""}
          onChange={(event) => set({ dari: event.currentTarget.value || undefined })}
        />
        <TextInput
          type="date"
          label={t("summary.lastDay")}
          value={draft.sampai ?? ""}
          onChange={(event) => set({ sampai: event.currentTarget.value || undefined })}
        />
        <Button type="submit">{t("filter.apply")}</Button>
        {Object.values(search).some((one) => one !== undefined) && (
          <Button variant="default" onClick={() => show({})}>
            {t("audit.clear")}
          </Button>
        )}
      </Group>
    </form>
  );
}
