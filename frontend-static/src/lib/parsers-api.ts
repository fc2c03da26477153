// The calls that try a parser on lines before it is used, and that give a source its format.
import { queryOptions } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type LogFormat = G.LogFormat;
export type ParserTrial = G.ParserTrial;
export type TriedRecord = G.TriedRecord;
export type LogSource = G.SourceShown;

export const AUTO = "auto";
const FORMATS_STALE_MS = 300_000;

export interface TrialForm {
  baris: string;
  format: string;
  formatString: string;
}

export const parsersQuery = queryOptions({
  queryKey: ["parsers"],
  queryFn: ({ signal }) => bodyOf<Page<LogFormat>>(sdk.listParsers({ signal })),
  staleTime: FORMATS_STALE_MS,
});
export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => bodyOf<Page<LogSource>>(sdk.listSources({ signal })),
});

export const tryParser = (form: TrialForm) => bodyOf<ParserTrial>(sdk.tryParser({ body: bodyFor(form) }));

/** What is sent: a format string is only for access logs, and an empty one is none. */
export function bodyFor({ baris, format, formatString }: TrialForm): G.LinesToTry {
  const isAccess = format === AUTO || format === "access";
  return { baris, format, format_string: (isAccess && formatString.trim()) || null };
}

/** Sources that somebody has named: only those have a format of their own. */
export const namedOf = (sources: LogSource[]): (LogSource & { nama: string })[] =>
  sources.filter((one): one is LogSource & { nama: string } => one.nama !== null && !one.dimatikan);

/** Everything else about the source stays as it is. */
export const giveFormat = (
  { nama, alamat, zona, batas_diam_menit, hmac }: LogSource & { nama: string },
  format: string,
) =>
  bodyOf<void>(
    sdk.changeSource({ path: { source_name: nama }, body: { alamat, zona, batas_diam_menit, hmac, format } }),
  );

/** An event as text: its fields by name, as JSON. Everything in it may be an attacker's text. */
export const eventText = (event: Record<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(event).sort(([one], [other]) => (one < other ? -1 : 1))), null, 2);
