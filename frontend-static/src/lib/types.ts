// What the server says, in its own words: the generated types with their closed sets. Every string in here may be hostile text.
import type * as G from "./client";

/** A generated type with some of its fields told more exactly than the API's description does. */
type With<Wide, Narrow> = Omit<Wide, keyof Narrow> & Narrow;

export type Level = G.Level;
export type AlertStatus = G.AlertStatus;
export type IncidentStatus = G.IncidentStatus;
export type Hasil = "tuntas" | "diselesaikan_awal" | "bukan_gangguan" | "masuk_program_kegiatan" | "dialihkan";
/** `ulang`: active again after having been done; `dilewati`: the run ended without it. */
export type StepState = "belum" | "aktif" | "ulang" | "selesai" | "dilewati";

/** A page of a list; `cursor` is null on the last one. */
export interface Page<Item> {
  items: Item[];
  cursor?: string | null;
  total?: number | null;
}

export type Me = G.Me;
export type Alert = With<G.AlertShown, { level: Level; status: AlertStatus; incident_nomor?: string | null }>;
export type AlertDetail = Alert & Pick<G.AlertDetail, "events" | "figures" | "credit">;
export type Due = G.TenggatShown;
export type Requirement = G.KelengkapanShown;
export type AnswerOption = G.JawabanShown;
export type AllowedStep = G.BolehShown;
export type HistoryEntry = G.RiwayatShown;
export type Incident = With<G.IncidentListed, { level: Level; status: IncidentStatus; hasil: Hasil | null }>;
export type IncidentDetail = With<
  G.IncidentShown,
  Pick<Incident, "level" | "status" | "hasil"> & { langkah: { no: number; keadaan: StepState }[]; temuan: Alert[] }
>;
export type VerifiedFinding = With<G.TemuanShown, { temuan: Alert }>;
export type VerifiedRequirement = G.KelengkapanVerifikasiShown;
export type VerificationResult = G.VerificationReport;
export type Recurrence = G.Kemunculan;
export type Indicator = G.Indikator;
export type Capture = G.Tangkapan;
export type CaptureSide = G.Lalu;
export type Verification = With<G.VerificationShown, { temuan: VerifiedFinding[]; peringatan_terbuka: Alert[] }>;
export type Ties = G.KaitanShown;
export type Proposal = G.UsulanShown;
export type OtherIncident = G.InsidenRingkas;
export type LinkKind = G.Linking["jenis"];
export type OnBehalf = G.AtasNamaBody;
export type StepCompletion = G.StepCompletion;
export type TimelineEntry = G.TimelineShown;
export type EvidenceItem = G.EvidenceShown;
export type Upload = G.UploadShown;
export type DocumentItem = G.DocumentShown;
export type QuarantinedRecord = G.QuarantinedLine;
export type SystemState = G.System;
export type Intake = G.PenerimaanBody;
export type IntakeShown = G.PenerimaanShown;
export type Channel = G.Kanal;
export type Disposition = G.DisposisiShown;
export type Dispositions = G.ChainShown;
export type DispositionForm = G.DisposisiBody;
export type Forwarding = G.ForwardBody;
export type Party = G.PihakTerkaitBody;
export type Consultation = G.KonsultasiShown;
export type StepNote = G.CatatanShown;
export type NewReport = With<G.NewReport, { playbook: string; tingkat: Level; pelapor: string }>;
export type FlatEvent = Record<string, unknown> & { _id: string };

// An SOP: the API passes it on as `irp playbook show --json` prints it, without describing it.

/** Words of the SOP in both languages of the page. */
export interface Words {
  id: string;
  en: string;
}

export interface Duration {
  min: number;
  max: number;
  satuan: "menit" | "jam" | "hari" | "hari_kerja";
}

export interface Decision {
  jawaban: string;
  label: Words;
  /** Position of the next step; null ends the run. */
  ke: number | null;
  hanya_bila_kembali: boolean;
  /** Work is sent back to be done again: counted as a putaran. */
  adalah_putaran: boolean;
}

export interface SopItem {
  nama: string;
  jenis: "dokumen" | "alat" | "hasil";
}

export interface SopStep {
  no: number;
  /** The number as printed. */
  no_asli: string;
  uraian: string;
  ringkas: Words;
  pelaksana: string[];
  lajur: string | null;
  mode: "salah_satu" | "semua_berurutan";
  simbol: "mulai_akhir" | "proses" | "keputusan";
  kelengkapan: SopItem[];
  waktu: Duration | null;
  output: SopItem[];
  keputusan: Decision[];
  berikut: number | null;
}

export interface SopLane {
  id: string;
  judul: Words;
  pelaksana: string[];
}

export type SopVersion = G.VersionShown;
export type SopVersionDetail = G.VersionDetail;
export type SopFinding = G.FindingShown;
export type SopDifference = G.DifferenceShown;
export type SopChange = G.ChangeShown;
export type SopJudged = With<G.Judged, { sop: Sop | null }>;

export interface Sop {
  id: string;
  /** The version in force; 0 is the one that comes with the program. Absent in a preview. */
  versi?: number | null;
  /** Of an incident's SOP: what an incident opened now would follow. */
  versi_berlaku?: number;
  judul: string;
  judul_en: string;
  instansi: string;
  /** The part of the office whose SOP it is. */
  unit: string;
  nomor: string | null;
  revisi: string | null;
  /** As far as printed: `2018-10-08`, `2017-10`. */
  tanggal_pembuatan: string | null;
  tanggal_revisi: string | null;
  tanggal_efektif: string | null;
  disahkan_oleh: { nama: string; jabatan: string } | null;
  dasar_hukum: string[];
  waktu_total: Duration | null;
  /** `luar`: outside the office and without an account. */
  pelaksana: { id: string; nama: string; luar: boolean }[];
  lajur: SopLane[];
  langkah: SopStep[];
  catatan: string[];
}
