// What was taken in: events that can be searched, lines that could not be parsed, and lines tried before they come.
import { Alert, Tabs } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../components/page-head";
import { useMe, useSystem } from "../../lib/queries";
import type { DataTab } from "../../lib/search";
import { CapturesTab } from "./captures-tab";
import { EventsTab } from "./events-tab";
import { IntakeSender } from "./intake-sender";
import { QuarantineTab } from "./quarantine-tab";
import { TryTab } from "./try-tab";

const route = getRouteApi("/inside/data");

export function DataPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { data: system } = useSystem();
  const { data: me } = useMe();
  const client = useQueryClient();
  return (
    <>
      <PageHead title={t("data.title")} />
      {system?.tshark === false && (
        <Alert mb="sm" color="orange" variant="outline" c="var(--mantine-color-text)">
          {t("data.noTshark")}
        </Alert>
      )}
      {me?.kantor_utama && !me.is_admin && (
        <IntakeSender
          onSent={() => void client.invalidateQueries({ queryKey: ["captures", "received"] })}
          onRead={() => void client.invalidateQueries({ queryKey: ["events"] })}
        />
      )}
      <Tabs
        value={search.tab ?? "kejadian"}
        onChange={(tab) => void navigate({ to: "/data", search: { ...search, tab: (tab ?? "kejadian") as DataTab } })}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t("data.tabs")}>
          <Tabs.Tab value="kejadian">{t("data.events")}</Tabs.Tab>
          <Tabs.Tab value="tangkapan">{t("received.tab")}</Tabs.Tab>
          <Tabs.Tab value="karantina">{t("data.quarantine")}</Tabs.Tab>
          <Tabs.Tab value="coba">{t("data.tryTab")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="kejadian">
          <EventsTab search={search} onSearch={(next) => void navigate({ to: "/data", search: next })} />
        </Tabs.Panel>
        <Tabs.Panel value="tangkapan">
          <CapturesTab />
        </Tabs.Panel>
        <Tabs.Panel value="karantina">
          <QuarantineTab />
        </Tabs.Panel>
        <Tabs.Panel value="coba">
          <TryTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
