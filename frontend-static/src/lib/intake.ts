// How a report came in, between what the fields hold (wall clocks of the office) and what the server keeps. Pure.
import type { Channel, Intake } from "./types";
import { instantOf, wallClockOf } from "./zoned-time";

export const CHANNELS: Channel[] = ["surat", "tiket", "email", "wa", "lisan", "temuan_deteksi", "peringatan_bssn"];

/** Ways that bring a paper or a message with a number and a date of its own. */
const NUMBERED: Channel[] = ["surat", "tiket", "email", "peringatan_bssn"];

export const TIMES = ["kejadian", "diketahui", "dilaporkan"] as const;
export const TEXTS = ["nomor_surat", "nomor_agenda", "nama", "instansi", "kontak", "lokasi"] as const;
export const DAYS = ["tanggal_surat", "tanggal_diterima"] as const;
type Field = (typeof TIMES)[number] | (typeof TEXTS)[number] | (typeof DAYS)[number];

export type IntakeDraft = Record<Field, string> & { kanal: Channel | null };

export const EMPTY_INTAKE: IntakeDraft = {
  kanal: null,
  nomor_surat: "",
  tanggal_surat: "",
  nomor_agenda: "",
  tanggal_diterima: "",
  nama: "",
  instansi: "",
  kontak: "",
  lokasi: "",
  kejadian: "",
  diketahui: "",
  dilaporkan: "",
};

export const hasNumber = (kanal: Channel | null): boolean => kanal !== null && NUMBERED.includes(kanal);
/** Agenda and day of receipt belong to a letter. */
export const isLetter = (kanal: Channel | null): boolean => kanal === "surat";
export const hasReporter = (kanal: Channel | null): boolean => kanal !== "temuan_deteksi";

export function draftOf(known: Intake, zone: string): IntakeDraft {
  const texts = [...TEXTS, ...DAYS].map((name) => [name, known[name] ?? ""] as const);
  const times = TIMES.map((name) => [name, wallClockOf(known[name] ?? "", zone)] as const);
  return { ...EMPTY_INTAKE, ...Object.fromEntries([...texts, ...times]), kanal: known.kanal ?? null };
}

/** What the chosen way does not have is not sent, even where it was written before the way was changed. */
export function intakeOf(draft: IntakeDraft, zone: string): Intake {
  const { kanal } = draft;
  const numbered = hasNumber(kanal);
  const letter = isLetter(kanal);
  const reporter = hasReporter(kanal);
  return {
    kanal,
    nomor_surat: numbered ? draft.nomor_surat : "",
    tanggal_surat: (numbered && draft.tanggal_surat) || null,
    nomor_agenda: letter ? draft.nomor_agenda : "",
    tanggal_diterima: (letter && draft.tanggal_diterima) || null,
    nama: reporter ? draft.nama : "",
    instansi: reporter ? draft.instansi : "",
    kontak: reporter ? draft.kontak : "",
    lokasi: draft.lokasi,
    kejadian: instantOf(draft.kejadian, zone) ?? null,
    diketahui: instantOf(draft.diketahui, zone) ?? null,
    dilaporkan: instantOf(draft.dilaporkan, zone) ?? null,
  };
}

export const isEmptyIntake = (intake: Intake): boolean => Object.values(intake).every((value) => !value);
