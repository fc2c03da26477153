// The first page after signing in: the SOP steps that wait for the reader, then the other open incidents.
import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { IncidentList } from "../../components/incident-list";
import { LoadMore } from "../../components/load-more";
import { PageHead } from "../../components/page-head";
import { itemsOf, useIncidents, useMe } from "../../lib/queries";

export function MyStepsPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const mine = useIncidents({ tugas_saya: true, status: "open" });
  const open = useIncidents({ status: "open" });
  const mineIds = new Set(itemsOf(mine.data).map(({ id }) => id));
  const others = itemsOf(open.data).filter(({ id }) => !mineIds.has(id));
  return (
    <Stack gap="xl">
      <section>
        <PageHead title={t("myTasks.title")} subtitle={t("myTasks.subtitle")} />
        <Read query={mine}>
          {(data) => {
            const incidents = itemsOf(data);
            if (incidents.length === 0)
              return <Empty>{me?.is_admin ? t("myTasks.emptyAdmin") : t("myTasks.empty")}</Empty>;
            return <IncidentList incidents={incidents} label={t("myTasks.title")} />;
          }}
        </Read>
        <LoadMore query={mine} />
      </section>
      <section>
        <Title order={2} mb="sm">
          {t("myTasks.others")}
        </Title>
        <Read query={open}>
          {() =>
            others.length === 0 ? (
              <Empty>{t("myTasks.othersEmpty")}</Empty>
            ) : (
              <IncidentList incidents={others} label={t("myTasks.others")} />
            )
          }
        </Read>
        <LoadMore query={open} />
      </section>
    </Stack>
  );
}
