// An entry's details: a JSON object, of which everything may be hostile text. Pure.

/** Internal marks that mean nothing to a reader; they stay in the text below, to the letter. */
const UNSAID = new Set(["penguasaan"]);

/** The facts by name; what cannot be read gives none. */
export function detailsOf(details: string): [string, unknown][] {
  try {
    const read: unknown = JSON.parse(details);
    const isObject = typeof read === "object" && read !== null && !Array.isArray(read);
    return isObject ? Object.entries(read).filter(([name, value]) => !UNSAID.has(name) && isSaid(value)) : [];
  } catch {
    return [];
  }
}

const isSaid = (value: unknown) =>
  value !== null && value !== "" && !(typeof value === "object" && Object.keys(value).length === 0);

/** A value as one text: lists by commas, objects by what they hold. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, one]) => `${name}: ${inWords(one)}`)
      .join("; ");
  return typeof value === "boolean" ? (value ? "✓" : "–") : String(value ?? "–");
}
