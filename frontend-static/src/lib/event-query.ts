// Writes the event store's query language; values are quoted, since they come from an attacker's lines. Pure.

/** `source.ip:"203.0.113.9"` */
export const term = (field: string, value: string): string => `${field}:"${value.replace(/["\\]/g, "\\$&")}"`;

/** Derived by a detector from what the events say; no event has a field of that name. */
const DERIVED = new Set(["dns.question.registered_domain", "threat.indicator.name"]);

export const queryOfGroup = (group: Record<string, string>): string =>
  Object.entries(group)
    .filter(([field]) => !DERIVED.has(field))
    .map(([field, value]) => term(field, value))
    .join(" AND ");

/** Narrows a query to events with the value, or to those without it. */
export function narrow(query: string, field: string, value: string, keep: boolean): string {
  const part = keep ? term(field, value) : `NOT ${term(field, value)}`;
  const known = query.trim();
  return known === "" || known === "*" ? part : `(${known}) AND ${part}`;
}
