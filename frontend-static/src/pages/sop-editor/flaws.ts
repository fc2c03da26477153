// Where on the form each finding of the check is shown.
import type { SopFinding } from "../../lib/types";

export type Place = readonly (string | number)[];
export interface Flaw {
  text: string;
  /** An error keeps the version from being put in force; a warning does not. */
  isError: boolean;
}
/** What is wrong at a place of the form, if anything. */
export type FlawAt = (...place: Place) => Flaw | undefined;

/** Fields that are one on the page although the file has parts in them. */
const WHOLE_FIELDS: ReadonlySet<string | number> = new Set([
  "waktu",
  "waktu_total",
  "ringkas",
  "tombol",
  "menunggu",
  "petunjuk",
  "judul",
  "label",
  "dicatat_oleh",
  "cara",
  "memverifikasi",
  "dikonfirmasi_oleh",
  "diberitahukan",
  "kanal_wajib",
  "total",
  "atasan",
  "oleh",
]);

const isWhole = (part: string | number, depth: number) => WHOLE_FIELDS.has(part) || (part === "pelaksana" && depth > 0);

/** The place of the field that shows what was found at `place`. */
export function fieldOf(place: Place): Place {
  const end = place.findIndex(isWhole);
  return end === -1 ? place : place.slice(0, end + 1);
}

/** All that was found at one field is told there together; one error among it makes it one. */
export function flawsOf(findings: SopFinding[], warning: (text: string) => string): FlawAt {
  const flaws = new Map<string, Flaw>();
  for (const { tempat, tingkat, alasan } of findings) {
    const key = fieldOf(tempat).join(".");
    const before = flaws.get(key);
    const isError = tingkat === "galat";
    const text = isError ? alasan : warning(alasan);
    flaws.set(key, {
      text: before ? `${before.text}; ${text}` : text,
      isError: isError || before?.isError === true,
    });
  }
  return (...place) => flaws.get(place.join("."));
}

/** Positions of the steps in which something is an error. */
export function faultySteps(findings: SopFinding[]): ReadonlySet<number> {
  const inSteps = findings.filter(({ tingkat, tempat }) => tingkat === "galat" && tempat[0] === "langkah");
  return new Set(inSteps.map(({ tempat }) => tempat[1]).filter((one) => typeof one === "number"));
}
