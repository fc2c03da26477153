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

export interface Span {
  days: number;
  hours: number;
  minutes: number;
}

/** Working minutes without their sign, cut to their two largest units; a working day has 7.5 hours (Perpres 21/2023). */
export function workingSpan(minutes: number): Span {
  const total = Math.abs(minutes);
  const days = Math.floor(total / WORKING_DAY_MINUTES);
  const rest = total % WORKING_DAY_MINUTES;
  return { days, hours: Math.floor(rest / 60), minutes: days > 0 ? 0 : rest % 60 };
}

/** "1 h 4 j" in Indonesian, "1 d 4 h" in English. */
export function spanText(t: TFunction, { days, hours, minutes }: Span): string {
  const parts = [
    days > 0 ? t("span.days", { count: days }) : "",
    hours > 0 ? t("span.hours", { count: hours }) : "",
    minutes > 0 || days + hours === 0 ? t("span.minutes", { count: minutes }) : "",
  ];
  return parts.filter(Boolean).join(" ");
}

const UNITS = { menit: "minute", jam: "hour", hari: "day" } as const;

/** "1–2 jam", "1 day"; a dash where the SOP gives no time. */
export function durationText(t: TFunction, language: Language, duration: Duration | null): string {
  if (duration === null) return "–";
  const { min, max, satuan } = duration;
  const options: Intl.NumberFormatOptions = satuan === "hari_kerja" ? {} : { style: "unit", unit: UNITS[satuan], unitDisplay: "long" };
  const numbers = new Intl.NumberFormat(LOCALES[language], options);
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
