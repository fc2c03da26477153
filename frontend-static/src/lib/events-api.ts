// What the events found have in common: their fields, the most frequent values of one; and the events as one file.
import { queryOptions } from "@tanstack/react-query";
import type { EventFilter } from "./api";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type EventField = G.FieldSeen;
export type FieldValue = G.ValueSeen;

export const EXPORT_FORMATS = ["jsonl", "csv", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** As the server has it: how many events one file may hold. */
export const MOST_EXPORTED = 1_000_000;
const VALUES_SHOWN = 20;
const KINDS = ["time", "id", "text", "keyword", "mixed", "address", "number", "date"] as const;
export type FieldKind = (typeof KINDS)[number];

/** How its values are compared. */
export const kindOf = (field: EventField): FieldKind => KINDS.find((kind) => kind === field.kind) ?? "keyword";

/** Each event has its own, or they are long. */
const UNCOUNTABLE = new Set<FieldKind>(["time", "id", "text"]);

export const isCountable = (field: EventField): boolean => !UNCOUNTABLE.has(kindOf(field));

const queryOf = ({ q, from, to }: EventFilter) => ({ q, from: from ?? null, to: to ?? null });

export const fieldsQuery = (filter: EventFilter) =>
  queryOptions({
    queryKey: ["events", "fields", filter],
    queryFn: ({ signal }) => bodyOf<Page<EventField>>(sdk.listFields({ query: queryOf(filter), signal })),
    retry: false,
  });
export const topValuesQuery = (filter: EventFilter, field: string) =>
  queryOptions({
    queryKey: ["events", "values", filter, field],
    queryFn: ({ signal }) =>
      bodyOf<Page<FieldValue>>(
        sdk.listTopValues({ query: { ...queryOf(filter), field, limit: VALUES_SHOWN }, signal }),
      ),
    retry: false,
  });

/** An address that the browser opens by itself. */
export function exportUrl({ q, from, to }: EventFilter, format: ExportFormat, most: number): string {
  const given = { q: q || "*", from, to, format, limit: String(most) };
  const kept = Object.entries(given).filter((one): one is [string, string] => one[1] !== undefined);
  return `/api/v1/events/export?${new URLSearchParams(kept)}`;
}
