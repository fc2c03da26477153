// The audit trail, for the leadership and whoever administers the program: is it whole, what is in it, what an auditor takes.
import { Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../components/page-head";
import { EntryList } from "./entry-list";
import { PackPanel } from "./pack-panel";
import { StatePanel } from "./state-panel";
import { TrailFilterForm } from "./trail-filter";

const route = getRouteApi("/inside/kelola/audit");

export function AuditPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  return (
    <>
      <PageHead title={t("audit.title")} subtitle={t("audit.subtitle")} />
      <Stack>
        <StatePanel />
        <PackPanel />
        <section aria-label={t("audit.entries")}>
          <TrailFilterForm key={JSON.stringify(search)} search={search} />
          <EntryList search={search} />
        </section>
      </Stack>
    </>
  );
}
