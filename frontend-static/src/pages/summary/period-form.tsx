// Which period: a usual one, or two days of one's own. It goes into the address, so that a view can be sent as a link.
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { PERIODS, type PeriodName } from "../../lib/period";
import type { SummarySearch } from "../../lib/search";

export function PeriodForm({ search }: { search: SummarySearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = (masa: PeriodName) => void navigate({ to: "/ringkasan", search: { masa } });
  return (
    <Group gap="sm" align="flex-end" mb="md">
      <Select
        label={t("summary.choosePeriod")}
        w={220}
        allowDeselect={false}
        value={search.masa ?? "30-hari"}
        data={PERIODS.map((value) => ({ value, label: t(`summary.periods.${value}`) }))}
        onChange={(value) => choose((value ?? "30-hari") as PeriodName)}
      />
      {search.masa === "sendiri" && <OwnDates key={`${search.dari}.${search.sampai}`} search={search} />}
    </Group>
  );
}

function OwnDates({ search }: { search: SummarySearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [dari, setFirst] = useState(search.dari ?? "");
  const [sampai, setLast] = useState(search.sampai ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ to: "/ringkasan", search: { masa: "sendiri", dari, sampai } });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="flex-end">
        <TextInput
          type="date"
          required
          label={t("summary.firstDay")}
          value={dari}
          max={sampai || undefined}
          onChange={(event) => setFirst(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          required
          label={t("summary.lastDay")}
          value={sampai}
          min={dari || undefined}
          onChange={(event) => setLast(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t("summary.show")}
        </Button>
      </Group>
    </form>
  );
}
