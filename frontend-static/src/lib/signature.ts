// How a signature reads: the jabatan, the letter somebody acts by, and for whom outside an act was recorded. Pure.
import type { TFunction } from "i18next";
import type * as G from "./client";
import type { Formatter } from "./format";
import type { OnBehalf } from "./types";

export type Mandate = G.MandatShown;
export type Kedudukan = G.Kedudukan;

interface Signed {
  oleh?: string | null | undefined;
  jabatan?: string | null | undefined;
  mandat?: Mandate | null | undefined;
  atas_nama?: OnBehalf | null | undefined;
}

const SHORT: Record<Kedudukan, string> = { definitif: "", plt: "Plt. ", plh: "Plh. " };

/** "Plh. Kasi Keamanan Jaringan"; without a mandate the own jabatan. */
export const titleOf = (jabatan: string, mandat?: Mandate | null): string =>
  mandat ? SHORT[mandat.kedudukan] + mandat.jabatan : jabatan;

export const withCapacity = (jabatan: string, kedudukan: Kedudukan): string => SHORT[kedudukan] + jabatan;

/** "Bayu Saputra, Plh. Kasi Keamanan Jaringan"; for somebody outside "a.n. Sari Utami, Operator OPD". */
export function signerOf({ oleh, jabatan, mandat, atas_nama }: Signed): string {
  if (atas_nama) return `a.n. ${[atas_nama.nama, atas_nama.jabatan].join(", ")}`;
  return [oleh, titleOf(jabatan ?? "", mandat)].filter(Boolean).join(", ");
}

/** "SP 800/12/2026, 19 Nov 2026; menggantikan Hendra Kusuma" */
export function letterText(t: TFunction, format: Formatter, mandat: Mandate): string {
  const letter = `${mandat.letter_number}, ${format.day(mandat.letter_date)}`;
  return mandat.replaces ? `${letter}; ${t("people.replaces", { nama: mandat.replaces })}` : letter;
}

/** What stands behind the signer's name; empty for who acts by an own jabatan. */
export function groundsOf(t: TFunction, format: Formatter, signed: Signed): string {
  const { oleh, jabatan, mandat, atas_nama } = signed;
  const recorder = [oleh, titleOf(jabatan ?? "", mandat)].filter(Boolean).join(", ");
  const recorded =
    atas_nama &&
    t("people.recordedBy", {
      cara: t(`form.way.${atas_nama.cara}`),
      waktu: format.moment(atas_nama.waktu),
      oleh: recorder,
    });
  return [recorded, mandat && letterText(t, format, mandat)].filter(Boolean).join(" · ");
}
