// Dates, spans and sizes in the reader's language and the office's zone.
import type { TFunction } from "i18next";
import type { Duration } from "./types";

export type Language = "id" | "en";

const LOCALES: Record<Language, string> = { id: "id-ID", en: "en-GB" };
const WORKING_DAY_MINUTES = 450;

export interface Formatter {
  /** 21 Nov 2026, 14.05 WITA */
  moment: (iso: string) => string;
  /** 21 Nov, 14.05 */
  short: (iso: string) => string;
  /** A date without a time, `2026-11-21`: 21 Nov 2026, whatever the zone. */
  day: (date: string) => string;
  /** 21 Nov 2026, 14.05.33 WITA */
  precise: (iso: string) => string;
  number: (value: number) => string;
}

export function formatter(language: Language, zone: string): Formatter {
  const locale = LOCALES[language];
  const timeZone = isZone(zone) ? zone : "UTC";
  const make = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, hour12: false, ...options });
    return (iso: string) => {
      const at = new Date(iso);
      return Number.isNaN(at.getTime()) ? iso : format.format(at);
    };
  };
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const numbers = new Intl.NumberFormat(locale);
  return {
    moment: make({ ...day, year: "numeric", ...time, timeZoneName: "short" }),
    short: make({ ...day, ...time }),
    day: make({ ...day, year: "numeric", timeZone: "UTC" }),
    precise: make({ ...day, year: "numeric", ...time, second: "2-digit", timeZoneName: "short" }),
    number: (value) => numbers.format(value),
  };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Working minutes without their sign, in their two largest units: "1 hari 4 jam". A working day has 7.5 hours (Perpres 21/2023). */
export function workingSpan(language: Language, minutes: number): string {
  const total = Math.abs(minutes);
  const days = Math.floor(total / WORKING_DAY_MINUTES);
  const rest = total % WORKING_DAY_MINUTES;
  const hours = Math.floor(rest / 60);
  const parts =
    days > 0
      ? [inUnit(language, days, "day"), inUnit(language, hours, "hour")]
      : [inUnit(language, hours, "hour"), inUnit(language, rest % 60, "minute")];
  return parts.filter(Boolean).join(" ") || unitFormat(language, "minute").format(0);
}

type TimeUnit = "minute" | "hour" | "day";
const unitFormat = (language: Language, unit: TimeUnit) =>
  new Intl.NumberFormat(LOCALES[language], { style: "unit", unit, unitDisplay: "long" });
const inUnit = (language: Language, value: number, unit: TimeUnit): string =>
  value > 0 ? unitFormat(language, unit).format(value) : "";

const UNITS = { menit: "minute", jam: "hour", hari: "day" } as const;

/** "1–2 jam", "1 day"; a dash where the SOP gives no time. */
export function durationText(t: TFunction, language: Language, duration: Duration | null): string {
  if (duration === null) return "–";
  const { min, max, satuan } = duration;
  const numbers =
    satuan === "hari_kerja" ? new Intl.NumberFormat(LOCALES[language]) : unitFormat(language, UNITS[satuan]);
  const text = min === max ? numbers.format(max) : numbers.formatRange(min, max);
  return satuan === "hari_kerja" ? t("sop.workingDays", { jumlah: text }) : text;
}

export function sizeText(bytes: number, language: Language): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 }).format(value)} ${units[unit]}`;
}

/** A date as far as an SOP's sheet prints it: `2018-10-08`, `2017-10` or `2017`. */
export function printedDay(printed: string | null, language: Language): string | null {
  if (printed === null) return null;
  const parts = printed.split("-").length;
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    timeZone: "UTC",
    ...(parts > 1 ? { month: "long" } : {}),
    ...(parts > 2 ? { day: "numeric" } : {}),
  };
  const at = new Date(printed);
  return Number.isNaN(at.getTime()) ? printed : new Intl.DateTimeFormat(LOCALES[language], options).format(at);
}
