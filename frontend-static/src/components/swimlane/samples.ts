// Small SOPs for the tests of the swimlane, with the shapes that real ones have: loops, skips, several executors.
import type { Decision, Sop, SopStep } from "../../lib/types";

const words = (text: string) => ({ id: text, en: text });

export const anAnswer = (jawaban: string, ke: number | null, more: Partial<Decision> = {}): Decision => ({
  jawaban,
  label: words(jawaban),
  ke,
  hanya_bila_kembali: false,
  adalah_putaran: false,
  ...more,
});

export const aStep = (no: number, pelaksana: string[], more: Partial<SopStep> = {}): SopStep => ({
  no,
  no_asli: String(no),
  uraian: `Langkah ${no}`,
  ringkas: words(`Langkah ${no}`),
  pelaksana,
  lajur: pelaksana[0] ?? null,
  mode: "salah_satu",
  simbol: "proses",
  kelengkapan: [],
  waktu: null,
  output: [],
  keputusan: [],
  berikut: no + 1,
  ...more,
});

export function aSop(lanes: string[], langkah: SopStep[]): Sop {
  return {
    id: "contoh",
    judul: "Contoh",
    judul_en: "Sample",
    instansi: "Contoh",
    unit: "",
    nomor: null,
    revisi: null,
    tanggal_pembuatan: null,
    tanggal_revisi: null,
    tanggal_efektif: null,
    disahkan_oleh: null,
    dasar_hukum: [],
    waktu_total: null,
    pelaksana: lanes.map((id) => ({ id, nama: id, luar: false })),
    lajur: lanes.map((id) => ({ id, judul: words(id), pelaksana: [id] })),
    langkah,
    catatan: [],
  };
}

/** Sent back from 4 to 2 with a counted putaran. */
export const REWORK = aSop(
  ["tim", "kasi", "kabid"],
  [
    aStep(1, ["kabid"], { simbol: "mulai_akhir" }),
    aStep(2, ["tim"]),
    aStep(3, ["tim"]),
    aStep(4, ["kasi"], {
      simbol: "keputusan",
      berikut: null,
      keputusan: [
        anAnswer("tuntas", 5),
        anAnswer("belum", 2, { adalah_putaran: true, label: words("Belum tuntas – ulangi") }),
      ],
    }),
    aStep(5, ["kabid"], { simbol: "mulai_akhir", berikut: null }),
  ],
);

/** Two ways past several steps into one, and steps with two executors, side by side or one after the other. */
export const SKIPS = aSop(
  ["kepala", "bidang", "tim", "opd"],
  [
    aStep(1, ["opd"], { simbol: "mulai_akhir" }),
    aStep(2, ["tim"], { keputusan: [anAnswer("di luar", 3), anAnswer("di dalam", 7)], berikut: null }),
    aStep(3, ["tim", "opd"]),
    aStep(4, ["tim"], {
      simbol: "keputusan",
      keputusan: [anAnswer("diganti", 5), anAnswer("diperbaiki", 7), anAnswer("tidak ada", 7)],
      berikut: null,
    }),
    aStep(5, ["tim", "opd"], { mode: "semua_berurutan" }),
    aStep(6, ["tim", "opd"]),
    aStep(7, ["tim", "opd"]),
    aStep(8, ["kepala"], { simbol: "mulai_akhir", berikut: null }),
  ],
);

/** A test that is repeated until it is normal. */
export const SELF_LOOP = aSop(
  ["dinas", "staf"],
  [
    aStep(1, ["dinas"], { simbol: "mulai_akhir" }),
    aStep(2, ["staf"], {
      simbol: "keputusan",
      keputusan: [anAnswer("mati", 2), anAnswer("lambat", 2), anAnswer("normal", 3)],
      berikut: null,
    }),
    aStep(3, ["dinas"], { simbol: "mulai_akhir", berikut: null }),
  ],
);

/** An answer that ends the run, and one that is offered only when the step came back. */
export const ENDING = aSop(
  ["pemeriksa", "tim"],
  [
    aStep(1, ["pemeriksa"], { keputusan: [anAnswer("selesai", null, { hanya_bila_kembali: true })] }),
    aStep(2, ["tim"], {
      simbol: "keputusan",
      keputusan: [anAnswer("kembali", 1), anAnswer("batal", null), anAnswer("lanjut", 3)],
      berikut: null,
    }),
    aStep(3, ["tim"], { simbol: "mulai_akhir", berikut: null }),
  ],
);
