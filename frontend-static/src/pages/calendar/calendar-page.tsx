// The working calendar, for whoever administers the program: the office's own days, Ramadan, and when a limit would end.
import { Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../components/page-head";
import { officesQuery } from "../../lib/time-api";
import { DayImportPanel } from "./day-import";
import { DueCalculator } from "./due-calculator";
import { OfficeDays } from "./office-days";
import { RamadanPanel } from "./ramadan-panel";

const HOME = "utama";

export function CalendarPage() {
  const { t } = useTranslation();
  const [kantor, setKantor] = useState(HOME);
  const offices = useQuery(officesQuery).data?.items ?? [];
  return (
    <>
      <PageHead title={t("calendar.title")} subtitle={t("calendar.subtitle")} />
      <Stack>
        {offices.length > 1 && (
          <Select
            label={t("calendar.office")}
            maw={360}
            allowDeselect={false}
            data={offices.map(({ id, nama }) => ({ value: id, label: nama }))}
            value={kantor}
            onChange={(value) => setKantor(value ?? HOME)}
            comboboxProps={{ withinPortal: false }}
          />
        )}
        <DueCalculator key={`due.${kantor}`} kantor={kantor} />
        <OfficeDays kantor={kantor} />
        <DayImportPanel key={`import.${kantor}`} kantor={kantor} />
        <RamadanPanel />
      </Stack>
    </>
  );
}
