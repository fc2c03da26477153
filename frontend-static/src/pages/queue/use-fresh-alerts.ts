// Compares the newest page with what is shown: rows on screen are brought up to date in place, new ones are only counted.
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ListFilter } from "../../lib/api";
import { alertsQuery, itemsOf, useAlerts, useNewestAlerts } from "../../lib/queries";
import type { Alert, Page } from "../../lib/types";

type Shown = InfiniteData<Page<Alert>, string | null>;

export function useFreshAlerts(filter: ListFilter): { count: number; show: () => void } {
  const client = useQueryClient();
  const shown = useAlerts(filter).data;
  const newest = useNewestAlerts(filter).data;
  useEffect(() => {
    if (newest)
      client.setQueryData<Shown>(alertsQuery(filter).queryKey, (known) => known && updateInPlace(known, newest.items));
  }, [client, filter, newest]);
  const show = () => void client.invalidateQueries({ queryKey: alertsQuery(filter).queryKey });
  return { count: shown && newest ? countFresh(itemsOf(shown), newest.items) : 0, show };
}

export function countFresh(shown: Alert[], newest: Alert[]): number {
  const known = new Set(shown.map(({ id }) => id));
  return newest.filter(({ id }) => !known.has(id)).length;
}

/** Replaces rows that have changed; keeps the object when none has, so that nothing is drawn again. */
export function updateInPlace(shown: Shown, newest: Alert[]): Shown {
  const fresh = new Map(newest.map((alert) => [alert.id, alert]));
  const isChanged = (alert: Alert) => {
    const now = fresh.get(alert.id);
    return (
      now !== undefined &&
      (now.version !== alert.version || now.last_seen !== alert.last_seen || now.count !== alert.count)
    );
  };
  if (!shown.pages.some(({ items }) => items.some(isChanged))) return shown;
  return {
    ...shown,
    pages: shown.pages.map((page) => ({
      ...page,
      items: page.items.map((alert) => (isChanged(alert) ? fresh.get(alert.id)! : alert)),
    })),
  };
}
