// The calls of oversight: figures of a period, the audit trail, and who had which evidence in hand.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Hasil, Page } from "./types";

export type Summary = G.SummaryShown;
export type GroupFigures = G.GroupFiguresShown;
export type PlaybookFigures = G.PlaybookFiguresShown;
export type StepFigures = G.StepFiguresShown;
export type LateStep = G.LateStepShown;
export type Loop = G.LoopShown;
export type Figure = G.Figure;
export type CountedIncident = Omit<G.IncidentFiguresShown, "hasil"> & { hasil: Hasil | null };
export type AuditEntry = G.EntryShown;
export type AuditReport = G.ReportShown;
export type Trail = G.TrailShown;
export type CustodyLine = G.CustodyShown;
export type Custody = G.CustodyListed;

/** Instants, ISO 8601; the second is the first moment that is no longer part of the period. */
export interface Period {
  from: string;
  to: string;
}

export interface Behind {
  angka: Figure;
  level?: string | undefined;
  playbook?: string | undefined;
  kantor?: string | undefined;
}

export interface TrailFilter {
  insiden?: string | undefined;
  subject?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export const useSummary = (period: Period) =>
  useQuery({
    queryKey: ["metrics", "summary", period],
    queryFn: ({ signal }) => bodyOf<Summary>(sdk.showFigures({ query: { ...period }, signal })),
    placeholderData: (previous) => previous,
  });
export const useBehind = (period: Period, behind: Behind) =>
  useQuery({
    queryKey: ["metrics", "behind", period, behind],
    queryFn: ({ signal }) => {
      const { angka, level, playbook, kantor } = behind;
      const wanted = {
        level: (level as G.Level | undefined) ?? null,
        playbook: playbook ?? null,
        kantor: kantor ?? null,
      };
      return bodyOf<Page<CountedIncident>>(sdk.listCounted({ query: { ...period, angka, ...wanted }, signal }));
    },
  });

export const trailKey = ["audit", "trail"];
export const useTrail = () =>
  useQuery({ queryKey: trailKey, queryFn: ({ signal }) => bodyOf<G.TrailShown>(sdk.showTrail({ signal })) });
const ENTRIES_PER_PAGE = 50;
export const useEntries = (filter: TrailFilter) =>
  useInfiniteQuery({
    queryKey: ["audit", "entries", filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      bodyOf<Page<AuditEntry>>(
        sdk.listEntries({ query: { ...filter, cursor: pageParam, limit: ENTRIES_PER_PAGE }, signal }),
      ),
    getNextPageParam: (last) => last.cursor ?? null,
  });
export const verifyTrail = () => bodyOf<AuditReport>(sdk.verifyTrail());
/** Opened by the browser itself: a download. */
export const packUrl = ({ from, to }: Period) =>
  `/api/v1/audit/pack?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;

export const custodyKey = (incidentId: string, evidenceId: string) => ["incidents", "custody", incidentId, evidenceId];
const evidence = (incident_id: string, evidence_id: string) => ({ path: { incident_id, evidence_id } });
export const useCustody = (incidentId: string, evidenceId: string) =>
  useQuery({
    queryKey: custodyKey(incidentId, evidenceId),
    queryFn: ({ signal }) => bodyOf<Custody>(sdk.listCustody({ ...evidence(incidentId, evidenceId), signal })),
  });
export const recordHandOver = (incidentId: string, evidenceId: string, body: G.HandOver) =>
  bodyOf<CustodyLine>(sdk.recordHandOver({ ...evidence(incidentId, evidenceId), body }));
const at = (incidentId: string) => `/api/v1/incidents/${encodeURIComponent(incidentId)}`;
export const sampleUrl = (incidentId: string, evidenceId: string) =>
  `${at(incidentId)}/evidence/${encodeURIComponent(evidenceId)}/sample.zip`;
export const packageUrl = (incidentId: string) => `${at(incidentId)}/export`;
