// Every call the page makes, one function each.
import { request, urlOf, type Query } from "./http";
import type * as T from "./types";

const id = encodeURIComponent;
const incident = (incidentId: string) => `/incidents/${id(incidentId)}`;

export const signIn = (username: string, password: string) =>
  request<unknown>("/auth/session", { method: "POST", body: { username, password } });
export const signOut = () => request<void>("/auth/session", { method: "DELETE" });
export const changePassword = (lama: string, baru: string) =>
  request<unknown>("/auth/password", { method: "POST", body: { lama, baru } });
export const getMe = (signal?: AbortSignal) => request<T.Me>("/me", withSignal(signal));

export const listAlerts = (query: Query, signal?: AbortSignal) =>
  request<T.Page<T.Alert>>("/alerts", { query, ...withSignal(signal) });
export const getAlert = (alertId: string, signal?: AbortSignal) =>
  request<T.AlertDetail>(`/alerts/${id(alertId)}`, withSignal(signal));
export const acknowledgeAlert = (alertId: string) =>
  request<unknown>(`/alerts/${id(alertId)}/acknowledge`, { method: "POST", body: {} });
export const dismissAlert = (alertId: string, alasan: string) =>
  request<unknown>(`/alerts/${id(alertId)}/dismiss`, { method: "POST", body: { alasan } });
export const escalateAlert = (alertId: string) =>
  request<unknown>(`/alerts/${id(alertId)}/escalate`, { method: "POST", body: {} });
export const mergeAlerts = (into: string, ids: string[]) =>
  request<unknown>("/alerts/merge", { method: "POST", body: { into, ids } });

export const listIncidents = (query: Query, signal?: AbortSignal) =>
  request<T.Page<T.Incident>>("/incidents", { query, ...withSignal(signal) });
export const getIncident = (incidentId: string, signal?: AbortSignal) =>
  request<T.IncidentDetail>(incident(incidentId), withSignal(signal));
export const completeStep = (incidentId: string, no: number, body: T.StepCompletion, key: string) =>
  request<T.IncidentDetail>(`${incident(incidentId)}/steps/${no}/complete`, {
    method: "POST",
    body,
    headers: { "Idempotency-Key": key },
  });
export const getTimeline = (incidentId: string, signal?: AbortSignal) =>
  request<T.Page<T.TimelineEntry>>(`${incident(incidentId)}/timeline`, withSignal(signal));
export const listEvidence = (incidentId: string, signal?: AbortSignal) =>
  request<T.Page<T.EvidenceItem>>(`${incident(incidentId)}/evidence`, withSignal(signal));
export const listDocuments = (incidentId: string, signal?: AbortSignal) =>
  request<T.Page<T.DocumentItem>>(`${incident(incidentId)}/documents`, withSignal(signal));
export const documentUrl = (incidentId: string, documentId: string, format: "docx" | "pdf") =>
  urlOf(`${incident(incidentId)}/documents/${id(documentId)}.${format}`);
export const evidenceUrl = (incidentId: string, evidenceId: string) =>
  urlOf(`${incident(incidentId)}/evidence/${id(evidenceId)}/content`);
export const createReport = (body: T.NewReport, key: string) =>
  request<T.IncidentDetail>("/reports", { method: "POST", body, headers: { "Idempotency-Key": key } });

export function addEvidence(incidentId: string, file: File, kelengkapan?: string): Promise<T.EvidenceItem> {
  const form = new FormData();
  form.set("file", file);
  if (kelengkapan !== undefined) form.set("kelengkapan", kelengkapan);
  return request<T.EvidenceItem>(`${incident(incidentId)}/evidence`, { method: "POST", body: form });
}

export const listSops = (signal?: AbortSignal) => request<T.Page<T.SopSummary>>("/playbooks", withSignal(signal));
export const getSop = (sopId: string, signal?: AbortSignal) =>
  request<T.Sop>(`/playbooks/${id(sopId)}`, withSignal(signal));
export const searchEvents = (query: Query, signal?: AbortSignal) =>
  request<T.Page<T.FlatEvent>>("/events/search", { query, ...withSignal(signal) });
export const listQuarantine = (query: Query, signal?: AbortSignal) =>
  request<T.Page<T.QuarantinedRecord>>("/quarantine", { query, ...withSignal(signal) });
export const getSystem = (signal?: AbortSignal) => request<T.SystemState>("/system", withSignal(signal));
export const streamUrl = urlOf("/stream");

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
