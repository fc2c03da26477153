// The calls of log sources: who sends, how it is read, its key, and what was lost on the way.
import { queryOptions } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type LogSource = G.SourceShown;
export type NamedSource = LogSource & { nama: string };
export type SourceKey = G.KeyShown;
export type SyslogLosses = G.SyslogShown;
export type GelfLosses = G.GelfShown;
export type SpoolLag = G.SpoolShown;

const HEARD_MS = 10_000;

export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => bodyOf<Page<LogSource>>(sdk.listSources({ signal })),
});
/** As `sourcesQuery`, read again and again: what was heard is counted every few seconds. */
export const heardQuery = queryOptions({ ...sourcesQuery, refetchInterval: HEARD_MS });
export const syslogLossesQuery = queryOptions({
  queryKey: ["sources", "syslog"],
  queryFn: ({ signal }) => bodyOf<SyslogLosses>(sdk.showSyslog({ signal })),
  refetchInterval: HEARD_MS,
});
export const gelfLossesQuery = queryOptions({
  queryKey: ["sources", "gelf"],
  queryFn: ({ signal }) => bodyOf<GelfLosses>(sdk.showGelf({ signal })),
  refetchInterval: HEARD_MS,
});
export const spoolQuery = queryOptions({
  queryKey: ["sources", "spool"],
  queryFn: ({ signal }) => bodyOf<SpoolLag>(sdk.showSpool({ signal })),
  refetchInterval: HEARD_MS,
});

/** What a person decides about a source, as the form holds it. */
export interface SourceForm {
  nama: string;
  alamat: string;
  zona: string;
  format: string;
  formatString: string;
  batasDiam: number;
  hmac: boolean;
}

export const AUTO = "auto";
export const ACCESS = "access";

export const blankForm = (alamat = ""): SourceForm => ({
  nama: "",
  alamat,
  zona: "",
  format: AUTO,
  formatString: "",
  batasDiam: 0,
  hmac: false,
});

export const formOf = (source: NamedSource): SourceForm => ({
  nama: source.nama,
  alamat: source.alamat ?? "",
  zona: source.zona ?? "",
  format: source.format,
  formatString: source.format_string ?? "",
  batasDiam: source.batas_diam_menit,
  hmac: source.hmac,
});

/** What is sent: empty texts are none, and only access logs have a format string. */
export const traitsOf = (form: SourceForm): G.SourceTraitsGiven => ({
  alamat: form.alamat.trim() || null,
  zona: form.zona.trim() || null,
  format: form.format,
  format_string: (form.format === ACCESS && form.formatString.trim()) || null,
  batas_diam_menit: form.batasDiam,
  hmac: form.hmac,
});

export const createSource = (form: SourceForm) =>
  bodyOf<SourceKey>(sdk.createSource({ body: { nama: form.nama.trim(), ...traitsOf(form) } }));
export const changeSource = (form: SourceForm) =>
  bodyOf<void>(sdk.changeSource({ path: { source_name: form.nama }, body: traitsOf(form) }));
export const renewKey = (nama: string) => bodyOf<SourceKey>(sdk.renewSourceKey({ path: { source_name: nama } }));
export const disableSource = (nama: string) => bodyOf<void>(sdk.disableSource({ path: { source_name: nama } }));

export const isNamed = (source: LogSource): source is NamedSource => source.nama !== null;

/** Sources that somebody has named and that may send: only those have a format of their own. */
export const namedOf = (sources: LogSource[]): NamedSource[] => sources.filter(isNamed).filter((one) => !one.dimatikan);

/** Addresses that are nobody's by now: what came from one before it was named is still counted under it. */
export function namelessOf(sources: LogSource[]): LogSource[] {
  const known = new Set(sources.filter(isNamed).map(({ alamat }) => alamat));
  return sources.filter((one) => !isNamed(one) && !known.has(one.alamat));
}

/** Everything else about the source stays as it is. */
export const giveFormat = (source: NamedSource, format: string, formatString: string) =>
  changeSource({ ...formOf(source), format, formatString });

export type SourceState = "off" | "silent" | "unnamed" | "never" | "heard";

/** What is to be said of a source first. */
export function stateOf(source: LogSource): SourceState {
  if (source.dimatikan) return "off";
  if (source.diam) return "silent";
  if (source.nama === null) return "unnamed";
  return source.terakhir === null ? "never" : "heard";
}
