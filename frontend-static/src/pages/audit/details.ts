// An entry's details: a JSON object, of which everything may be hostile text. Pure.

/** Internal marks that mean nothing to a reader; like ids, they stay in the text below, to the letter. */
const UNSAID = new Set(["penguasaan"]);
const ID = /^(?:[0-9a-hjkmnp-tv-z]{26}|account-[a-z0-9_-]+)$/;
const CODE = /^[a-z]+(?:_[a-z]+)+$/;

/** The facts by name, without ids; what cannot be read gives none. */
export function detailsOf(details: string): [string, unknown][] {
  try {
    const read: unknown = JSON.parse(details);
    const isObject = typeof read === "object" && read !== null && !Array.isArray(read);
    return isObject ? Object.entries(read).filter(([name, value]) => !UNSAID.has(name) && inWords(value) !== "") : [];
  } catch {
    return [];
  }
}

/** A value as one text: lists by commas, objects by what they hold, a word of the program without its underscores. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).filter(Boolean).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, one]) => [ID.test(name) ? "" : name, inWords(one)])
      .filter(([, one]) => one !== "")
      .map((pair) => pair.filter(Boolean).join(": "))
      .join("; ");
  if (typeof value === "boolean") return value ? "✓" : "–";
  const text = String(value ?? "");
  if (ID.test(text)) return "";
  return CODE.test(text) ? text.replaceAll("_", " ") : text;
}
