// The calls about captures: what the analysis has found so far, and how it is ended.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { FlatEvent, Page } from "./types";

export type CaptureResult = G.CaptureShown;
export type CaptureJob = G.JobShown;
export type CaptureTable = G.Table;
export type Endpoint = G.EndpointShown;
export type Branch = G.BranchShown;
export type CaptureAlerts = G.CaptureAlerts;
export type Bucket = G.Bucket;
export type PacketLine = G.PacketShown;

export type ReceivedCapture = G.ReceivedShown;

/** A capture that is evidence: the incident it was handed in at, and which of its evidence. */
export interface EvidenceOf {
  incident_id: string;
  evidence_id: string;
}
/** One that the intake received: the job that reads it. */
export interface ReceivedOf {
  job_id: string;
}
export type CaptureOf = EvidenceOf | ReceivedOf;

/** Single packets and conversations are taken from evidence alone: its custody keeps who did. */
export const isEvidence = (of: CaptureOf): of is EvidenceOf => "evidence_id" in of;

export interface FlowOf {
  source_ip: string;
  source_port: number;
  destination_ip: string;
  destination_port: number;
  transport: string;
}

const PAGE_SIZE = 50;
const RUNNING_MS = 2_000;
export const BUCKETS = 60;

export const isRunning = (job: CaptureJob | null | undefined): boolean =>
  job?.status === "running" || job?.status === "queued";

export const captureKey = (of: CaptureOf, ...rest: unknown[]) => [
  "captures",
  ...(isEvidence(of) ? [of.incident_id, of.evidence_id] : ["received", of.job_id]),
  ...rest,
];

export const useCapture = (of: CaptureOf) =>
  useQuery({
    queryKey: captureKey(of),
    queryFn: ({ signal }) =>
      bodyOf<CaptureResult>(
        isEvidence(of) ? sdk.showCapture({ path: of, signal }) : sdk.showReceivedCapture({ path: of, signal }),
      ),
    refetchInterval: ({ state }) => (isRunning(state.data?.job) ? RUNNING_MS : false),
  });

/** `events`: how many there are so far; each new number reads it again. */
export const useCaptureHistogram = (of: CaptureOf, events: number) =>
  useQuery({
    queryKey: captureKey(of, "histogram", events),
    queryFn: ({ signal }) => {
      const query = { buckets: BUCKETS };
      return bodyOf<Page<Bucket>>(
        isEvidence(of)
          ? sdk.countOverTime({ path: of, query, signal })
          : sdk.countReceivedOverTime({ path: of, query, signal }),
      );
    },
    placeholderData: (known) => known,
  });

export const useCaptureProtocols = (of: CaptureOf, events: number) =>
  useQuery({
    queryKey: captureKey(of, "protocols", events),
    queryFn: ({ signal }) =>
      bodyOf<G.ProtocolsShown>(
        isEvidence(of) ? sdk.showProtocols({ path: of, signal }) : sdk.showReceivedProtocols({ path: of, signal }),
      ),
    placeholderData: (known) => known,
  });

export const useCaptureAlerts = (of: CaptureOf, events: number) =>
  useQuery({
    queryKey: captureKey(of, "alerts", events),
    queryFn: ({ signal }) =>
      bodyOf<CaptureAlerts>(
        isEvidence(of) ? sdk.listCaptureAlerts({ path: of, signal }) : sdk.listReceivedAlerts({ path: of, signal }),
      ),
    placeholderData: (known) => known,
  });

export const useCaptureEndpoints = (of: CaptureOf) =>
  useInfiniteQuery({
    queryKey: captureKey(of, "endpoints"),
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => {
      const query = { cursor: pageParam, limit: PAGE_SIZE };
      return bodyOf<Page<Endpoint>>(
        isEvidence(of)
          ? sdk.listEndpoints({ path: of, query, signal })
          : sdk.listReceivedEndpoints({ path: of, query, signal }),
      );
    },
    getNextPageParam: (last) => (last.cursor ? Number(last.cursor) : null),
  });

export const useCaptureRows = (of: CaptureOf, table: CaptureTable, address: string | undefined) =>
  useInfiniteQuery({
    queryKey: captureKey(of, "rows", table, address),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = { cursor: pageParam, limit: PAGE_SIZE, address: address ?? null };
      return bodyOf<Page<FlatEvent>>(
        isEvidence(of)
          ? sdk.listCaptureRows({ path: { ...of, table }, query, signal })
          : sdk.listReceivedRows({ path: { ...of, table }, query, signal }),
      );
    },
    getNextPageParam: (last) => last.cursor ?? null,
  });

export const usePackets = (of: EvidenceOf, flow: FlowOf | undefined) =>
  useQuery({
    queryKey: captureKey(of, "packets", flow),
    queryFn: ({ signal }) => {
      const query = { ...flow } as G.ListPacketsData["query"];
      return bodyOf<G.PacketsShown>(sdk.listPackets({ path: of, query, signal }));
    },
    enabled: flow !== undefined,
    staleTime: Infinity,
    retry: false,
  });

export const cancelJob = (job_id: string) => bodyOf<CaptureJob>(sdk.cancelJob({ path: { job_id } }));

/** An address that the browser opens by itself. */
export function flowUrl(of: EvidenceOf, flow: FlowOf): string {
  const at = `/api/v1/incidents/${encodeURIComponent(of.incident_id)}/evidence/${encodeURIComponent(of.evidence_id)}`;
  const asked = Object.entries(flow).map(([name, value]): [string, string] => [name, String(value)]);
  return `${at}/flow.pcapng?${new URLSearchParams(asked).toString()}`;
}

/** The job that reads a file of the intake, until it is over. */
export const useUploadJob = (upload_id: string) =>
  useQuery({
    queryKey: ["uploads", upload_id, "job"],
    queryFn: async ({ signal }) => {
      const { job_id } = await bodyOf<G.UploadShown>(sdk.showOneUpload({ path: { upload_id }, signal }));
      return job_id ? await bodyOf<CaptureJob>(sdk.showJob({ path: { job_id }, signal })) : null;
    },
    refetchInterval: ({ state }) => (isRunning(state.data) ? RUNNING_MS : false),
  });

/** Captures that the intake received, newest first; read again while one of them is being read. */
export const useReceivedCaptures = () =>
  useInfiniteQuery({
    queryKey: ["captures", "received"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      bodyOf<Page<ReceivedCapture>>(
        sdk.listReceivedCaptures({ query: { cursor: pageParam, limit: PAGE_SIZE }, signal }),
      ),
    getNextPageParam: (last) => last.cursor ?? null,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(({ job }) => isRunning(job))) ? RUNNING_MS : false,
  });
