// The triage queue: detections as a virtual list, worked through by keyboard; the chosen one opens beside it.
import { Button, Group, Switch, Text, Tooltip } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { FilterBar } from "../../components/filter-bar";
import { ALERT_STATUSES } from "../../components/level-badge";
import { PageHead } from "../../components/page-head";
import { itemsOf, useAlerts } from "../../lib/queries";
import type { QueueSearch } from "../../lib/search";
import { AlertDrawer } from "./alert-drawer";
import { AlertList } from "./alert-list";
import { BulkBar } from "./bulk-bar";
import { useFreshAlerts } from "./use-fresh-alerts";
import { useShortcutSwitch } from "./use-shortcuts";

const route = getRouteApi("/inside/antrean");

export function QueuePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { status, level, q } = search;
  const filter = useMemo(() => ({ status, level, q }), [status, level, q]);
  const query = useAlerts(filter);
  const alerts = itemsOf(query.data);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const go = (change: QueueSearch) => void navigate({ to: "/antrean", search: { ...search, ...change } });
  const toggle = (id: string) =>
    setSelected((known) => {
      const next = new Set(known);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <>
      <PageHead title={t("queue.title")} subtitle={t("queue.subtitle")}>
        <ShortcutSwitch />
      </PageHead>
      <FilterBar
        value={filter}
        statusLabel={t("alertStatus.label")}
        statuses={[
          { value: "", label: t("queue.open") },
          ...ALERT_STATUSES.map((value) => ({ value, label: t(`alertStatus.${value}`) })),
          { value: "semua", label: t("filter.all") },
        ]}
        onChange={go}
      />
      <FreshBanner filter={filter} />
      {selected.size > 0 && (
        <BulkBar alerts={alerts.filter(({ id }) => selected.has(id))} onClear={() => setSelected(new Set())} />
      )}
      <Read query={query}>
        {() =>
          alerts.length === 0 ? (
            <Empty>{t("queue.empty")}</Empty>
          ) : (
            <AlertList
              // Another filter is another list: cursor and scroll begin at its top.
              key={JSON.stringify(filter)}
              alerts={alerts}
              selected={selected}
              opened={search.temuan}
              onToggle={toggle}
              onOpen={(temuan) => go({ temuan })}
              onEnd={() => query.hasNextPage && !query.isFetchingNextPage && void query.fetchNextPage()}
            />
          )
        }
      </Read>
      <Text size="xs" c="dimmed" mt="xs">
        {t("queue.loaded", { shown: alerts.length })}
      </Text>
      <AlertDrawer alertId={search.temuan} onClose={() => go({ temuan: undefined })} />
    </>
  );
}

function ShortcutSwitch() {
  const { t } = useTranslation();
  const [isOn, setOn] = useShortcutSwitch();
  return (
    <Tooltip label={t("queue.shortcutsHint")} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      <Switch label={t("queue.shortcuts")} checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
    </Tooltip>
  );
}

function FreshBanner({ filter }: { filter: QueueSearch }) {
  const { t } = useTranslation();
  const { count, show } = useFreshAlerts(filter);
  return (
    <Group justify="center" mih={count > 0 ? 40 : 0}>
      <Text className="visually-hidden" role="status" aria-live="polite">
        {count > 0 ? t("queue.freshAnnounce", { number: count }) : ""}
      </Text>
      {count > 0 && (
        <Button size="xs" onClick={show} mb="xs">
          {t("queue.fresh", { number: count })}
        </Button>
      )}
    </Group>
  );
}
