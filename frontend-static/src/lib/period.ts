// Which period the leadership looks at: from choices and dates in the address to two instants. Pure.
import type { Period } from "./oversight-api";
import { instantOf, wallClockOf } from "./zoned-time";

export const PERIODS = ["30-hari", "bulan-ini", "bulan-lalu", "triwulan-ini", "tahun-ini", "sendiri"] as const;
export type PeriodName = (typeof PERIODS)[number];

export interface PeriodSearch {
  masa?: PeriodName | undefined;
  /** First and last day, `2026-11-01`; of `sendiri` alone. */
  dari?: string | undefined;
  sampai?: string | undefined;
}

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366 * 5;

/** The days of the period, both included; `today` is the office's own day. Undefined: the dates are none. */
export function daysOf({ masa = "30-hari", dari, sampai }: PeriodSearch, today: string): [string, string] | undefined {
  const year = today.slice(0, 4);
  const month = Number(today.slice(5, 7));
  switch (masa) {
    case "30-hari":
      return [shifted(today, -29), today];
    case "bulan-ini":
      return [monthStart(year, month), today];
    case "bulan-lalu": {
      const last = shifted(monthStart(year, month), -1);
      return [`${last.slice(0, 8)}01`, last];
    }
    case "triwulan-ini":
      return [monthStart(year, month - ((month - 1) % 3)), today];
    case "tahun-ini":
      return [`${year}-01-01`, today];
    case "sendiri":
      return dari && sampai && isDay(dari) && isDay(sampai) && spanDays(dari, sampai) > 0 ? [dari, sampai] : undefined;
  }
}

export function periodOf(search: PeriodSearch, now: Date, zone: string): Period | undefined {
  const days = daysOf(search, wallClockOf(now.toISOString(), zone).slice(0, 10));
  if (days === undefined) return undefined;
  const from = instantOf(`${days[0]}T00:00`, zone);
  const to = instantOf(`${shifted(days[1], 1)}T00:00`, zone);
  return from !== undefined && to !== undefined ? { from, to } : undefined;
}

function spanDays(first: string, last: string): number {
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  return days <= LONGEST_DAYS ? days : 0;
}
const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
const monthStart = (year: string, month: number) => `${year}-${String(month).padStart(2, "0")}-01`;
const shifted = (day: string, days: number) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
