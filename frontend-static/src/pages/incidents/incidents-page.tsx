// Every incident, newest first, with filters in the address.
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { FilterBar } from "../../components/filter-bar";
import { IncidentList } from "../../components/incident-list";
import { LoadMore } from "../../components/load-more";
import { PageHead } from "../../components/page-head";
import { itemsOf, useIncidents } from "../../lib/queries";
import type { IncidentStatus } from "../../lib/types";

const route = getRouteApi("/inside/insiden");
const STATUSES: readonly IncidentStatus[] = ["open", "closed", "merged"];

export function IncidentsPage() {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const navigate = useNavigate();
  const query = useIncidents(filter);
  return (
    <>
      <PageHead title={t("incidents.title")} />
      <FilterBar
        value={filter}
        statusLabel={t("incidentStatus.label")}
        statuses={[
          { value: "", label: t("filter.all") },
          ...STATUSES.map((value) => ({ value, label: t(`incidentStatus.${value}`) })),
        ]}
        onChange={({ status, level, q }) => void navigate({ to: "/insiden", search: { status, level, q } })}
      />
      <Read query={query}>
        {(data) => {
          const incidents = itemsOf(data);
          if (incidents.length === 0) return <Empty>{t("incidents.empty")}</Empty>;
          return <IncidentList incidents={incidents} label={t("incidents.title")} />;
        }}
      </Read>
      <LoadMore query={query} />
    </>
  );
}
