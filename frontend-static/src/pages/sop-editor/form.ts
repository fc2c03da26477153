// The SOP as a form: the fields of a playbook file. What the page does not know of is kept as it came.
import type { Duration, Words } from "../../lib/types";

export interface FormItem {
  nama: string;
  jenis: "dokumen" | "alat" | "hasil";
  dokumen: string | null;
  disiapkan: boolean;
  bukti_setiap_putaran: boolean;
  boleh_nihil: boolean;
  dilampirkan: boolean;
  dibuat: boolean;
}
/** An office's own words for a cause that goes with an answer. */
export interface FormCause {
  kode: string;
  label: Words;
  hasil: string | null;
}
export interface FormSheet {
  jenis: "disposisi" | "pertanyaan" | "arahan" | "pihak_terkait";
  oleh: string[];
}
export type ItemTrait = "disiapkan" | "bukti_setiap_putaran" | "boleh_nihil" | "dilampirkan" | "dibuat";

export interface FormAnswer {
  jawaban: string;
  label: Words;
  /** null ends the SOP. */
  ke: number | null;
  hasil: string | null;
  hasil_dari_sebab: number | null;
  alasan_wajib: boolean;
  catatan_wajib: boolean;
  adalah_putaran: boolean;
  hanya_bila_kembali: boolean;
  hanya_setelah_uji: boolean;
  sebab: FormCause[];
  dikonfirmasi_oleh: string[];
  diberitahukan: string[];
  petunjuk: Words | null;
}
export type AnswerTrait =
  "alasan_wajib" | "catatan_wajib" | "adalah_putaran" | "hanya_bila_kembali" | "hanya_setelah_uji";

/** While it is typed a number may be missing; the server says so. */
export type FormDuration = Record<"min" | "max", number | null> & Pick<Duration, "satuan">;

export interface FormStep {
  no: number;
  no_asli: string | null;
  uraian: string;
  ringkas: Words;
  prosedur: string;
  pelaksana: string[];
  mode: "salah_satu" | "semua_berurutan";
  simbol: "mulai_akhir" | "proses" | "keputusan";
  kelengkapan: FormItem[];
  waktu: FormDuration | null;
  waktu_asli: string | null;
  output: FormItem[];
  keputusan: FormAnswer[];
  berikut: number | null;
  hasil: string | null;
  tombol: Words;
  menunggu: Words;
  dicatat_oleh: string[];
  cara: string[];
  petunjuk: Words | null;
  isian: FormSheet[];
  memverifikasi: number[];
  otomatis: boolean;
  keterangan: string;
}

export interface FormRole {
  id: string;
  nama: string;
  luar: boolean;
}
export interface FormLane {
  id: string;
  judul: Words;
  pelaksana: string[];
}

export const HEAD_LINES = ["judul", "judul_en", "instansi", "unit"] as const;
export const HEAD_OPTIONAL = ["nomor", "revisi", "tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif"] as const;
export const HEAD_TEXTS = ["uraian", "pengantar", "penanggung_jawab"] as const;
export const HEAD_LISTS = [
  "dasar_hukum",
  "keterkaitan",
  "kualifikasi_pelaksana",
  "peralatan",
  "fasilitas_penunjang",
  "peringatan",
  "pencatatan",
  "catatan",
] as const;

type Head = Record<(typeof HEAD_LINES)[number] | (typeof HEAD_TEXTS)[number], string> &
  Record<(typeof HEAD_OPTIONAL)[number], string | null> &
  Record<(typeof HEAD_LISTS)[number], string[]>;

export interface FormEscalation {
  langkah: { pelaksana: string; atasan: string[] }[];
  total: string[];
}

export interface SopForm extends Head {
  id: string;
  disahkan_oleh: { nama: string; jabatan: string } | null;
  waktu_total: FormDuration | null;
  pelaksana: FormRole[];
  lajur: FormLane[];
  langkah: FormStep[];
  eskalasi: FormEscalation;
  kanal_wajib: string[];
}

export const NO_WORDS: Words = { id: "", en: "" };
const TRAITS = ["disiapkan", "bukti_setiap_putaran", "boleh_nihil", "dilampirkan", "dibuat"] as const;
export const ITEM_TRAITS: readonly ItemTrait[] = TRAITS;
export const ANSWER_TRAITS: readonly AnswerTrait[] = [
  "adalah_putaran",
  "alasan_wajib",
  "catatan_wajib",
  "hanya_bila_kembali",
  "hanya_setelah_uji",
];

export const newItem = (): FormItem => ({
  nama: "",
  jenis: "dokumen",
  dokumen: null,
  disiapkan: false,
  bukti_setiap_putaran: false,
  boleh_nihil: false,
  dilampirkan: false,
  dibuat: false,
});

export const newAnswer = (): FormAnswer => ({
  jawaban: "",
  label: { ...NO_WORDS },
  ke: null,
  hasil: null,
  hasil_dari_sebab: null,
  alasan_wajib: false,
  catatan_wajib: false,
  adalah_putaran: false,
  hanya_bila_kembali: false,
  hanya_setelah_uji: false,
  sebab: [],
  dikonfirmasi_oleh: [],
  diberitahukan: [],
  petunjuk: null,
});

export const newCause = (): FormCause => ({ kode: "", label: { ...NO_WORDS }, hasil: null });

export const newStep = (no: number, pelaksana: string[]): FormStep => ({
  no,
  no_asli: String(no),
  uraian: "",
  ringkas: { ...NO_WORDS },
  prosedur: "",
  pelaksana,
  mode: "salah_satu",
  simbol: "proses",
  kelengkapan: [],
  waktu: null,
  waktu_asli: null,
  output: [],
  keputusan: [],
  berikut: null,
  hasil: null,
  tombol: { id: "Selesai, teruskan", en: "Done, pass on" },
  menunggu: { id: "menunggu dilaksanakan", en: "waiting to be carried out" },
  dicatat_oleh: [],
  cara: [],
  petunjuk: null,
  isian: [],
  memverifikasi: [],
  otomatis: false,
  keterangan: "",
});

const EMPTY_HEAD = {
  ...Object.fromEntries([...HEAD_LINES, ...HEAD_TEXTS].map((name) => [name, ""])),
  ...Object.fromEntries(HEAD_OPTIONAL.map((name) => [name, null])),
  ...Object.fromEntries(HEAD_LISTS.map((name) => [name, []])),
} as unknown as Head;

type Raw = Record<string, unknown>;
const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const records = (value: unknown): Raw[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Lays what came over `empty`; a value of another kind than the empty one's gives way to it. */
function over<Shape extends object>(empty: Shape, raw: Raw): Shape {
  const known = Object.entries(empty).filter(([name, value]) => !isLike(value, raw[name]));
  return { ...raw, ...Object.fromEntries(known) } as Shape;
}

function isLike(empty: unknown, given: unknown): boolean {
  if (empty === null) return given === null || ["string", "number", "object"].includes(typeof given);
  if (Array.isArray(empty)) return Array.isArray(given);
  if (isRecord(empty)) return isRecord(given) && Object.entries(empty).every(([name, one]) => isLike(one, given[name]));
  return typeof given === typeof empty;
}

/** A draft that a script wrote may lack anything; what is shown and sent has every field. */
export function readForm(raw: Raw, id: string): SopForm {
  const head = over(
    {
      id,
      ...EMPTY_HEAD,
      disahkan_oleh: null,
      waktu_total: null,
      pelaksana: [],
      lajur: [],
      langkah: [],
      eskalasi: { langkah: [], total: [] },
      kanal_wajib: [],
    },
    raw,
  );
  return {
    ...head,
    pelaksana: records(raw.pelaksana).map((one) => over({ id: "", nama: "", luar: false }, one)),
    lajur: records(raw.lajur).map((one) => over({ id: "", judul: NO_WORDS, pelaksana: [] }, one)),
    langkah: records(raw.langkah).map((one, index) => readStep(one, index + 1)),
    eskalasi: {
      ...head.eskalasi,
      langkah: records(head.eskalasi.langkah).map((one) => over({ pelaksana: "", atasan: [] }, one)),
    },
  };
}

function readStep(raw: Raw, no: number): FormStep {
  const items = (value: unknown) => records(value).map((one) => over(newItem(), one));
  return {
    ...over(newStep(no, []), raw),
    kelengkapan: items(raw.kelengkapan),
    output: items(raw.output),
    isian: records(raw.isian).map((one) => over<FormSheet>({ jenis: "disposisi", oleh: [] }, one)),
    keputusan: records(raw.keputusan).map((one) => ({
      ...over(newAnswer(), one),
      sebab: records(one.sebab).map((cause) => over(newCause(), cause)),
    })),
  };
}

/** English that was left empty is the Indonesian text; optional lines that are empty are not there. */
export function sentForm(form: SopForm): SopForm {
  const both = (words: Words): Words => ({ ...words, en: words.en.trim() === "" ? words.id : words.en });
  const hint = (words: Words | null) => (words === null || words.id.trim() === "" ? null : both(words));
  const optional = Object.fromEntries(HEAD_OPTIONAL.map((name) => [name, form[name]?.trim() || null]));
  return {
    ...form,
    ...(optional as Pick<SopForm, (typeof HEAD_OPTIONAL)[number]>),
    judul_en: form.judul_en.trim() === "" ? form.judul : form.judul_en,
    lajur: form.lajur.map((lane) => ({ ...lane, judul: both(lane.judul) })),
    langkah: form.langkah.map((step) => ({
      ...step,
      no_asli: step.no_asli?.trim() || null,
      waktu_asli: step.waktu_asli?.trim() || null,
      ringkas: both(step.ringkas),
      tombol: both(step.tombol),
      menunggu: both(step.menunggu),
      petunjuk: hint(step.petunjuk),
      keputusan: step.keputusan.map((answer) => ({
        ...answer,
        label: both(answer.label),
        petunjuk: hint(answer.petunjuk),
        sebab: answer.sebab.map((cause) => ({ ...cause, label: both(cause.label) })),
      })),
    })),
  };
}

/** A code for a name: small letters, digits and underscores. */
export function codeOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const code = plain.replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "");
  return code.slice(0, 60);
}
