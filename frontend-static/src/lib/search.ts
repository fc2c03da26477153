// What the addresses of the pages may carry; anything else in them is dropped.
import type { Figure } from "./oversight-api";
import { PERIODS, type PeriodSearch } from "./period";

const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

type Search = Record<string, unknown>;

export const INCIDENT_TABS = ["sop", "disposisi", "kronologi", "bukti", "dokumen", "temuan", "verifikasi"] as const;
export type IncidentTab = (typeof INCIDENT_TABS)[number];
export const CAPTURE_TABS = [
  "protokol",
  "titik",
  "percakapan",
  "dns",
  "http",
  "tls",
  "berkas",
  "lain",
  "temuan",
] as const;
export type CaptureTab = (typeof CAPTURE_TABS)[number];
export const DATA_TABS = ["kejadian", "tangkapan", "karantina", "coba"] as const;
export type DataTab = (typeof DATA_TABS)[number];

/** The router reads `?q=123` as a number; here it is what was typed. */
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

const oneOf = <Value extends string>(value: unknown, allowed: readonly Value[]): Value | undefined =>
  allowed.find((one) => one === value);

export interface ListSearch {
  status?: string | undefined;
  level?: string | undefined;
  q?: string | undefined;
}

export interface QueueSearch extends ListSearch {
  temuan?: string | undefined;
}

export interface DataSearch {
  tab?: DataTab | undefined;
  q?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export const listSearch = ({ status, level, q }: Search): ListSearch => ({
  status: text(status),
  level: text(level),
  q: text(q),
});
export const queueSearch = (search: Search): QueueSearch => ({ ...listSearch(search), temuan: text(search.temuan) });
export const incidentSearch = ({ tab }: Search): { tab?: IncidentTab | undefined } => ({
  tab: oneOf(tab, INCIDENT_TABS),
});
export interface CaptureSearch {
  tab?: CaptureTab | undefined;
  /** Only what this address is an end of. */
  alamat?: string | undefined;
}
export const captureSearch = ({ tab, alamat }: Search): CaptureSearch => ({
  tab: oneOf(tab, CAPTURE_TABS),
  alamat: text(alamat),
});
export interface SummarySearch extends PeriodSearch {
  /** What the shown list counted. */
  angka?: Figure | undefined;
  tingkat?: string | undefined;
  sop?: string | undefined;
  kantor?: string | undefined;
  /** A step of `sop`: only its late ones. */
  langkah?: number | undefined;
}

const FIGURES = ["dibuka", "ditutup", "masih_terbuka", "lewat", "putaran"] as const satisfies readonly Figure[];

export const summarySearch = ({ masa, dari, sampai, angka, tingkat, sop, kantor, langkah }: Search): SummarySearch => ({
  masa: oneOf(masa, PERIODS),
  dari: text(dari),
  sampai: text(sampai),
  angka: oneOf(angka, FIGURES),
  tingkat: oneOf(tingkat, LEVELS),
  sop: text(sop),
  kantor: text(kantor),
  langkah: typeof langkah === "number" && Number.isInteger(langkah) ? langkah : undefined,
});

/** Days as in a period's; the rest are the words that the entries hold. */
export interface TrailSearch {
  insiden?: string | undefined;
  perihal?: string | undefined;
  pelaku?: string | undefined;
  tindakan?: string | undefined;
  dari?: string | undefined;
  sampai?: string | undefined;
}
export const trailSearch = ({ insiden, perihal, pelaku, tindakan, dari, sampai }: Search): TrailSearch => ({
  insiden: text(insiden),
  perihal: text(perihal),
  pelaku: text(pelaku),
  tindakan: text(tindakan),
  dari: text(dari),
  sampai: text(sampai),
});
export const sopSearch = ({ id }: Search): { id?: string | undefined } => ({ id: text(id) });
/** Without a number: the version in force. */
export const versionSearch = ({ versi }: Search): { versi?: number | undefined } => ({
  versi: typeof versi === "number" && Number.isInteger(versi) && versi >= 0 ? versi : undefined,
});
export const signInSearch = ({ kembali }: Search): { kembali?: string | undefined } => ({ kembali: text(kembali) });
export const verifySearch = ({ kode }: Search): { kode?: string | undefined } => ({ kode: text(kode) });
export const dataSearch = ({ tab, q, from, to }: Search): DataSearch => ({
  tab: oneOf(tab, DATA_TABS),
  q: text(q),
  from: text(from),
  to: text(to),
});
