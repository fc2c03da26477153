// Every call the page makes, one function each, over the generated client.
import * as sdk from "./client";
import { bodyOf, Refusal } from "./http";
import type * as T from "./types";

type Signal = AbortSignal | undefined;
interface PageOf {
  cursor: string | null;
  limit: number;
}

/** The statuses of detections that still need someone. */
const OPEN: T.AlertStatus[] = ["new", "acknowledged", "escalated"];

export interface ListFilter {
  status?: string | undefined;
  level?: string | undefined;
  q?: string | undefined;
}

export interface EventFilter {
  q: string;
  from?: string | undefined;
  to?: string | undefined;
}

const incident = (incident_id: string) => ({ path: { incident_id } });
const alert = (alert_id: string) => ({ path: { alert_id } });
const idempotent = (key: string) => ({ headers: { "Idempotency-Key": key } });

export const signIn = (username: string, password: string) =>
  bodyOf<T.Me>(sdk.createSession({ body: { username, password } }));
export const signOut = () => bodyOf<void>(sdk.deleteSession());
export const changePassword = (lama: string, baru: string) => bodyOf<T.Me>(sdk.setPassword({ body: { lama, baru } }));
export const getMe = (signal: Signal) => bodyOf<T.Me>(sdk.showMe({ signal }));

/** Without a status the open ones; `semua` for all. An address with an unknown level or status is the server's to refuse. */
export function listAlerts({ status, level, q }: ListFilter, page: PageOf, signal: Signal) {
  const statuses = status === undefined ? OPEN : status === "semua" ? null : [status as T.AlertStatus];
  const query = { ...page, q: q ?? null, level: (level as T.Level | undefined) ?? null, status: statuses };
  return bodyOf<T.Page<T.Alert>>(sdk.listAlerts({ query, signal }));
}
export const getAlert = (id: string, signal: Signal) =>
  bodyOf<T.AlertDetail>(sdk.showOneAlert({ ...alert(id), signal }));
export const acknowledgeAlert = (id: string) => bodyOf<T.AlertDetail>(sdk.acknowledgeAlert(alert(id)));
export const escalateAlert = (id: string) => bodyOf<T.AlertDetail>(sdk.escalateAlert(alert(id)));
export const dismissAlert = (id: string, alasan: string) =>
  bodyOf<T.AlertDetail>(sdk.dismissAlert({ ...alert(id), body: { alasan } }));
export const mergeAlerts = (into: string, ids: string[]) =>
  bodyOf<T.AlertDetail>(sdk.mergeAlerts({ body: { into, ids } }));

export interface IncidentFilter extends ListFilter {
  tugas_saya?: boolean | undefined;
}

export function listIncidents({ status, level, q, tugas_saya = false }: IncidentFilter, page: PageOf, signal: Signal) {
  const query = {
    ...page,
    q: q ?? null,
    level: (level as T.Level | undefined) ?? null,
    status: (status as T.IncidentStatus | undefined) ?? null,
    tugas_saya,
  };
  return bodyOf<T.Page<T.Incident>>(sdk.listIncidents({ query, signal }));
}
export const getIncident = (id: string, signal: Signal) =>
  bodyOf<T.IncidentDetail>(sdk.showOne({ ...incident(id), signal }));
export const completeStep = (id: string, no: number, body: T.StepCompletion, key: string) =>
  bodyOf<T.IncidentDetail>(sdk.completeStep({ path: { incident_id: id, no }, body, ...idempotent(key) }));
export const getTimeline = (id: string, signal: Signal) =>
  bodyOf<T.Page<T.TimelineEntry>>(sdk.listTimeline({ ...incident(id), signal }));
export const listEvidence = (id: string, signal: Signal) =>
  bodyOf<T.Page<T.EvidenceItem>>(sdk.listEvidence({ ...incident(id), signal }));
/** The evidence that a whole upload became. */
export async function evidenceOf(id: string, upload_id: string): Promise<T.EvidenceItem> {
  const upload = await bodyOf<T.Upload>(sdk.showOneUpload({ path: { upload_id } }));
  const { items } = await bodyOf<T.Page<T.EvidenceItem>>(sdk.listEvidence(incident(id)));
  const found = items.find((one) => one.id === upload.evidence_id);
  if (found === undefined) throw new Refusal(404, "");
  return { ...found, job_id: upload.job_id };
}
export const listUploads = (signal: Signal) => bodyOf<T.Page<T.Upload>>(sdk.listUploads({ signal }));
export const dropUpload = (upload_id: string) =>
  bodyOf(sdk.giveUpUpload({ path: { upload_id }, headers: { "Tus-Resumable": "1.0.0" } }));
export const listDocuments = (id: string, signal: Signal) =>
  bodyOf<T.Page<T.DocumentItem>>(sdk.listDocuments({ ...incident(id), signal }));
export const addNote = (id: string, no: number, catatan: string, putaran: number) =>
  bodyOf<T.IncidentDetail>(sdk.addNote({ path: { incident_id: id, no }, body: { catatan, putaran } }));
export const setLevel = (id: string, tingkat: T.Level, alasan: string) =>
  bodyOf<T.IncidentDetail>(sdk.setLevel({ ...incident(id), body: { tingkat, alasan } }));
export const getIntake = (id: string, signal: Signal) =>
  bodyOf<T.IntakeShown>(sdk.showPenerimaan({ ...incident(id), signal }));
export const putIntake = (id: string, body: T.Intake) =>
  bodyOf<T.IntakeShown>(sdk.putPenerimaan({ ...incident(id), body }));
export const listDispositions = (id: string, signal: Signal) =>
  bodyOf<T.Dispositions>(sdk.listDisposisi({ ...incident(id), signal }));
export const readDisposition = (id: string, did: string) =>
  bodyOf<T.Dispositions>(sdk.readDisposisi({ path: { incident_id: id, did } }));
export const forwardDisposition = (id: string, did: string, body: T.Forwarding) =>
  bodyOf<T.Dispositions>(sdk.forwardDisposisi({ path: { incident_id: id, did }, body }));
export const getVerification = (id: string, signal: Signal) =>
  bodyOf<T.Verification>(sdk.showVerification({ ...incident(id), signal }));
export const runVerification = (id: string) => bodyOf(sdk.runVerification({ ...incident(id), body: {} }));
export const reopenIncident = (id: string, alasan: string, alert: string | undefined) =>
  bodyOf<T.IncidentDetail>(sdk.reopenIncident({ ...incident(id), body: { alasan, alert: alert ?? null } }));
export const linkIncident = (id: string, body: { to: string; jenis: T.LinkKind; alasan: string }) =>
  bodyOf<T.IncidentDetail>(sdk.linkIncident({ ...incident(id), body }));
export const mergeIncident = (id: string, into: string, alasan: string) =>
  bodyOf<T.IncidentDetail>(sdk.mergeIncident({ ...incident(id), body: { into, alasan } }));
export const declineProposal = (incident_id: string, proposal_id: string, alasan: string) =>
  bodyOf<T.IncidentDetail>(sdk.declineProposal({ path: { incident_id, proposal_id }, body: { alasan } }));
export const createReport = (body: T.NewReport, key: string) =>
  bodyOf<T.IncidentDetail>(sdk.createReport({ body, ...idempotent(key) }));

export const listSops = (signal: Signal) => bodyOf<T.Page<T.Sop>>(sdk.listPlaybooks({ signal }));
/** The SOP as the incident began with it. */
export const getFollowedSop = (id: string, signal: Signal) =>
  bodyOf<T.Sop>(sdk.showFollowedPlaybook({ ...incident(id), signal }));
const version = (playbook_id: string, nomor: number) => ({ path: { playbook_id, nomor } });
export const listVersions = (playbook_id: string, signal: Signal) =>
  bodyOf<T.Page<T.SopVersion>>(sdk.listVersions({ path: { playbook_id }, signal }));
export const getVersion = (id: string, nomor: number, signal: Signal) =>
  bodyOf<T.SopVersionDetail>(sdk.showOneVersion({ ...version(id, nomor), signal }));
export const copyVersion = (playbook_id: string, dari: number, catatan: string) =>
  bodyOf<T.SopVersionDetail>(sdk.createVersion({ path: { playbook_id }, body: { dari, catatan } }));
export const saveVersion = (id: string, nomor: number, body: { versi: number; isi: object; catatan: string }) =>
  bodyOf<T.SopVersionDetail>(sdk.saveVersion({ ...version(id, nomor), body: { ...body, isi: { ...body.isi } } }));
export const judgeForm = (playbook_id: string, isi: object, signal: Signal) =>
  bodyOf<T.SopJudged>(sdk.checkVersion({ path: { playbook_id }, body: { isi: { ...isi } }, signal }));
/** Without `dengan`: compared with the version in force. */
export const compareVersions = (id: string, nomor: number, dengan: number | undefined, signal: Signal) =>
  bodyOf<T.SopDifference>(
    sdk.compareVersions({ ...version(id, nomor), ...(dengan === undefined ? {} : { query: { dengan } }), signal }),
  );
export const putInForce = (id: string, nomor: number, body: { sha256: string; menggantikan: string; alasan: string }) =>
  bodyOf<T.SopVersionDetail>(sdk.putVersionInForce({ ...version(id, nomor), body }));
export const discardVersion = (id: string, nomor: number, versi: number) =>
  bodyOf<T.SopVersionDetail>(sdk.discardVersion({ ...version(id, nomor), body: { versi } }));
export const getSop = (playbook_id: string, signal: Signal) =>
  bodyOf<T.Sop>(sdk.showPlaybook({ path: { playbook_id }, signal }));
export const searchEvents = ({ q, from, to }: EventFilter, page: PageOf, signal: Signal) =>
  bodyOf<T.Page<T.FlatEvent>>(sdk.searchEvents({ query: { ...page, q, from: from ?? null, to: to ?? null }, signal }));
export const listQuarantine = (page: PageOf, signal: Signal) =>
  bodyOf<T.Page<T.QuarantinedRecord>>(sdk.listQuarantine({ query: page, signal }));
export const getSystem = (signal: Signal) => bodyOf<T.SystemState>(sdk.showSystem({ signal }));

// Addresses that the browser opens by itself: downloads and the live stream.
const at = (id: string) => `/api/v1/incidents/${encodeURIComponent(id)}`;
export const documentUrl = (id: string, documentId: string, form: "docx" | "pdf") =>
  `${at(id)}/documents/${encodeURIComponent(documentId)}.${form}`;
export const evidenceUrl = (id: string, evidenceId: string) =>
  `${at(id)}/evidence/${encodeURIComponent(evidenceId)}/content`;
export const STREAM_URL = "/api/v1/stream";
