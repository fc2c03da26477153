// The calls that try a parser on lines before it is used.
import { queryOptions } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import { ACCESS, AUTO } from "./sources-api";
import type { Page } from "./types";

export type LogFormat = G.LogFormat;
export type ParserTrial = G.ParserTrial;
export type TriedRecord = G.TriedRecord;

const FORMATS_STALE_MS = 300_000;

export interface TrialForm {
  baris: string;
  format: string;
  formatString: string;
  /** Empty: the office's. */
  zona: string;
}

export const parsersQuery = queryOptions({
  queryKey: ["parsers"],
  queryFn: ({ signal }) => bodyOf<Page<LogFormat>>(sdk.listParsers({ signal })),
  staleTime: FORMATS_STALE_MS,
});

export const tryParser = (form: TrialForm) => bodyOf<ParserTrial>(sdk.tryParser({ body: bodyFor(form) }));

/** What is sent: a format string is only for access logs, and an empty one is none. */
export function bodyFor({ baris, format, formatString, zona }: TrialForm): G.LinesToTry {
  const isAccess = format === AUTO || format === ACCESS;
  return { baris, format, format_string: (isAccess && formatString.trim()) || null, zona: zona.trim() || null };
}

/** An event as text: its fields by name, as JSON. Everything in it may be an attacker's text. */
export const eventText = (event: Record<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(event).sort(([one], [other]) => (one < other ? -1 : 1))), null, 2);
