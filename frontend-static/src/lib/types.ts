// What the server says, in its own words (docs: /api/openapi.json). Every string in here may be hostile text.

export type Level = "informational" | "low" | "medium" | "high" | "critical";
export type AlertStatus = "new" | "acknowledged" | "dismissed" | "escalated" | "merged";
export type IncidentStatus = "open" | "closed" | "merged";
export type Hasil = "tuntas" | "diselesaikan_awal" | "bukan_gangguan" | "masuk_program_kegiatan" | "dialihkan";

/** A page of a list; `cursor` is null on the last one. */
export interface Page<Item> {
  items: Item[];
  cursor: string | null;
  total?: number | null;
}

export interface Me {
  id: string;
  username: string;
  nama: string;
  jabatan: string;
  peran: { id: string; nama: string }[];
  is_admin: boolean;
  harus_ganti_sandi: boolean;
  kantor: string;
  /** IANA name, `Asia/Makassar`. */
  zona: string;
}

export interface Alert {
  id: string;
  rule_id: string;
  rule_title: string;
  level: Level;
  tags: string[];
  group: Record<string, string>;
  status: AlertStatus;
  count: number;
  event_count: number;
  first_seen: string;
  last_seen: string;
  look_at: string[];
  false_positives: string[];
  source: string;
  reason?: string | null;
  incident_id: string | null;
  incident_nomor?: string | null;
  version: number;
}

export interface AlertDetail extends Alert {
  events: { id: string; at: string; summary: string }[];
}

export interface Due {
  no: number;
  putaran: number;
  batas: string | null;
  /** Working minutes; negative past the limit. */
  sisa_menit: number | null;
  terlambat: boolean;
}

export interface Waiting {
  no: number;
  pelaksana: string[];
  kalimat: string;
  kalimat_en: string;
}

export interface Incident {
  id: string;
  nomor: string;
  judul: string;
  level: Level;
  status: IncidentStatus;
  hasil: Hasil | null;
  playbook: string;
  playbook_judul: string;
  langkah_jumlah: number;
  langkah_aktif: number[];
  langkah_aktif_judul: string[];
  menunggu: Waiting[];
  /** How often a step has become active; keys are step numbers. */
  putaran: Record<string, number>;
  tenggat: Due[];
  pelapor: string;
  hosts: string[];
  opened_at: string;
  closed_at: string | null;
  version: number;
}

export interface Requirement {
  langkah: number;
  nama: string;
  jenis: "dokumen" | "alat" | "hasil";
  terpenuhi: boolean;
  oleh: string | null;
  boleh_nihil: boolean;
  /** Evidence (or nihil) is asked for anew in this putaran. */
  perlu_bukti: boolean;
}

export interface AnswerOption {
  jawaban: string;
  label: string;
  label_en: string;
  alasan_wajib: boolean;
  sebab: { id: string; label: string; label_en: string }[];
}

/** A step the caller may carry out now. */
export interface AllowedStep {
  no: number;
  putaran: number;
  teks_tombol: string;
  teks_tombol_en: string;
  jawaban: AnswerOption[];
  kelengkapan: Requirement[];
}

/** `ulang`: active again after having been done; `dilewati`: the run ended without it. */
export type StepState = "belum" | "aktif" | "ulang" | "selesai" | "dilewati";

/** One activation of a step: done, active, or active again. */
export interface HistoryEntry {
  no: number;
  putaran: number;
  status: "selesai" | "aktif" | "ulang";
  sejak: string;
  oleh: string | null;
  jabatan: string | null;
  pada: string | null;
  keputusan: string | null;
  keputusan_label: string | null;
  keputusan_label_en: string | null;
  alasan: string | null;
  sebab_label: string | null;
  catatan: string | null;
  nihil: Record<string, string>;
}

export interface IncidentDetail extends Incident {
  uraian: string;
  kelengkapan: Requirement[];
  boleh_saya: AllowedStep[];
  langkah: { no: number; keadaan: StepState }[];
  riwayat: HistoryEntry[];
  temuan: Alert[];
}

export interface StepCompletion {
  catatan: string;
  keputusan?: string;
  alasan?: string;
  sebab?: string;
  lampiran: string[];
  nihil: Record<string, string>;
  putaran: number;
}

export interface TimelineEntry {
  at: string;
  kind: string;
  actor: string;
  facts: Record<string, string>;
}

export interface EvidenceItem {
  id: string;
  name: string;
  sha256: string;
  size: number;
  media_type: string;
  kelengkapan: string | null;
  step_no: number | null;
  putaran: number | null;
  added_by: string;
  added_at: string;
}

export interface DocumentItem {
  id: string;
  kind: string;
  title: string;
  step_no: number;
  putaran: number;
  status: "pending" | "ready" | "failed";
  created_at: string;
}

export interface Duration {
  min: number;
  max: number;
  satuan: "menit" | "jam" | "hari" | "hari_kerja";
}

export interface Decision {
  jawaban: string;
  label: string;
  label_en?: string | null;
  /** Position of the next step; null ends the run. */
  ke: number | null;
  hanya_bila_kembali?: boolean;
  putaran?: boolean;
}

export interface SopStep {
  no: number;
  no_asli?: string | number | null;
  uraian: string;
  pelaksana: string[];
  lajur?: string | null;
  simbol?: "mulai_akhir" | "proses" | "keputusan" | null;
  mode?: "salah_satu" | "semua_berurutan";
  kelengkapan: (string | { nama: string; jenis?: string })[];
  waktu: Duration | null;
  output: (string | { nama: string; jenis?: string })[];
  keputusan: Decision[];
  berikut: number | null;
}

export interface SopSummary {
  id: string;
  judul: string;
  instansi: string;
}

export interface Sop extends SopSummary {
  dasar_hukum: string[];
  waktu_total: Duration | null;
  pelaksana: { id: string; nama: string }[];
  lajur?: { id: string; nama: string; pelaksana: string[] }[];
  langkah: SopStep[];
  catatan: string[];
}

export type FlatEvent = Record<string, unknown> & { _id: string };

export interface QuarantinedRecord {
  id: string;
  at: string;
  file: string;
  record: number | null;
  offset: number | null;
  reason: string;
  original: string;
}

export interface SystemState {
  tshark: boolean;
  version: string;
}

export interface NewReport {
  judul: string;
  uraian: string;
  playbook: string;
  tingkat: Level;
  pelapor: string;
}
