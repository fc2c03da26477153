// The rows of the queue: only those in sight are in the page, whatever the queue's length. Cursor and selection go by id.
import { Checkbox, Text, UnstyledButton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { aboutText } from "../../components/alert-facts";
import { AlertStatusBadge, LevelBadge } from "../../components/level-badge";
import type { Alert } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import classes from "./queue.module.css";
import { useShortcuts, type ShortcutKey } from "./use-shortcuts";

interface Props {
  alerts: Alert[];
  selected: ReadonlySet<string>;
  opened: string | undefined;
  onToggle: (id: string) => void;
  onOpen: (id: string) => void;
  onEnd: () => void;
}

const ROW_HEIGHT = 64;
const END_MARGIN = 20;

export function AlertList({ alerts, selected, opened, onToggle, onOpen, onEnd }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const rows = useVirtualizer({
    count: alerts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => alerts[index]?.id ?? index,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const lastIndex = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastIndex >= alerts.length - END_MARGIN) onEnd();
    // `onEnd` is a new function at each drawing; the position alone decides.
  }, [lastIndex, alerts.length]);

  const act = useCallback(
    (key: ShortcutKey) => {
      const at = alerts.findIndex(({ id }) => id === cursor);
      if (key === "j" || key === "k") {
        const next = at < 0 ? 0 : Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), alerts.length - 1);
        setCursor(alerts[next]?.id ?? null);
        rows.scrollToIndex(next);
      } else if (cursor !== null && at >= 0) {
        if (key === "x") onToggle(cursor);
        else onOpen(cursor);
      }
    },
    [alerts, cursor, rows, onToggle, onOpen],
  );
  useShortcuts(act);

  return (
    <div className={classes.scroller} ref={scroller} tabIndex={0} role="region" aria-label={t("queue.title")}>
      <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {visible.map(({ index, key, start }) => {
          const alert = alerts[index];
          if (alert === undefined) return null;
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={classes.row}
              data-cursor={alert.id === cursor || undefined}
              data-opened={alert.id === opened || undefined}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Checkbox
                aria-label={t("queue.select", { judul: alert.rule_title })}
                checked={selected.has(alert.id)}
                onChange={() => onToggle(alert.id)}
              />
              <AlertRow
                alert={alert}
                onOpen={() => {
                  setCursor(alert.id);
                  onOpen(alert.id);
                }}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function AlertRow({ alert, onOpen }: { alert: Alert; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <UnstyledButton className={classes.body} onClick={onOpen}>
      <span className={classes.level}>
        <LevelBadge level={alert.level} />
      </span>
      <span className={classes.title}>
        <Text component="span" display="block" fw={600} truncate>
          {alert.rule_title}
        </Text>
        <Text component="span" display="block" size="xs" c="dimmed" truncate>
          {alert.usulan?.status === "menunggu" && `${t("ties.recalls", { nomor: alert.usulan.insiden_nomor })} · `}
          {aboutText(alert)}
        </Text>
      </span>
      <span className={classes.facts}>
        <Text component="span" size="xs">
          {format.short(alert.last_seen)}
        </Text>
        <Text component="span" size="xs" c="dimmed">
          {t("queue.count")}: {format.number(alert.event_count)}
        </Text>
      </span>
      <span className={classes.status}>
        <AlertStatusBadge status={alert.status} />
        {alert.incident_nomor && (
          <Text component="span" size="xs">
            {alert.incident_nomor}
          </Text>
        )}
      </span>
    </UnstyledButton>
  );
}
