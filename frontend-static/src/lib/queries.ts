// What the page has read from the server: one hook per list or record, keyed so that the live stream can name it.
import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
} from "@tanstack/react-query";
import * as api from "./api";
import type { EventFilter, IncidentFilter, ListFilter } from "./api";
import type { Page } from "./types";

const PAGE_SIZE = 100;

const page = <Item>(read: (cursor: string | null, signal: AbortSignal) => Promise<Page<Item>>) => ({
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) => read(pageParam, signal),
  getNextPageParam: (last: Page<Item>) => last.cursor ?? null,
});

export const itemsOf = <Item>(data: InfiniteData<Page<Item>> | undefined): Item[] =>
  data?.pages.flatMap((one) => one.items) ?? [];

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => api.getMe(signal),
  staleTime: 60_000,
  retry: false,
});
export const useMe = () => useQuery(meQuery);

export const alertsQuery = (filter: ListFilter) =>
  infiniteQueryOptions({
    queryKey: ["alerts", "list", filter],
    ...page((cursor, signal) => api.listAlerts(filter, { cursor, limit: PAGE_SIZE }, signal)),
    // New alerts wait behind "3 baru - tampilkan": the list under the cursor never moves by itself.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
export const useAlerts = (filter: ListFilter) => useInfiniteQuery(alertsQuery(filter));
/** The newest page as the server has it now; compared with what is shown. */
export const useNewestAlerts = (filter: ListFilter) =>
  useQuery({
    queryKey: ["alerts", "newest", filter],
    queryFn: ({ signal }) => api.listAlerts(filter, { cursor: null, limit: PAGE_SIZE }, signal),
  });
export const useAlert = (alertId: string | undefined) =>
  useQuery({
    queryKey: ["alerts", "one", alertId],
    queryFn: ({ signal }) => api.getAlert(alertId ?? "", signal),
    enabled: alertId !== undefined,
  });

export const useIncidents = (filter: IncidentFilter) =>
  useInfiniteQuery({
    queryKey: ["incidents", "list", filter],
    ...page((cursor, signal) => api.listIncidents(filter, { cursor, limit: PAGE_SIZE }, signal)),
  });
export const incidentQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ["incidents", "one", incidentId],
    queryFn: ({ signal }) => api.getIncident(incidentId, signal),
    // The remaining time runs on without any change that the stream would tell.
    refetchInterval: 60_000,
  });
export const useIncident = (incidentId: string) => useQuery(incidentQuery(incidentId));
export const useTimeline = (incidentId: string) =>
  useQuery({
    queryKey: ["incidents", "timeline", incidentId],
    queryFn: ({ signal }) => api.getTimeline(incidentId, signal),
  });
export const useEvidence = (incidentId: string) =>
  useQuery({
    queryKey: ["incidents", "evidence", incidentId],
    queryFn: ({ signal }) => api.listEvidence(incidentId, signal),
  });
export const useUnfinishedUploads = () =>
  useQuery({ queryKey: ["uploads"], queryFn: ({ signal }) => api.listUploads(signal) });
export const useDocuments = (incidentId: string) =>
  useQuery({
    queryKey: ["incidents", "documents", incidentId],
    queryFn: ({ signal }) => api.listDocuments(incidentId, signal),
  });

export const useIntake = (incidentId: string) =>
  useQuery({
    queryKey: ["incidents", "intake", incidentId],
    queryFn: ({ signal }) => api.getIntake(incidentId, signal),
  });
export const dispositionsKey = (incidentId: string) => ["incidents", "dispositions", incidentId];
export const useDispositions = (incidentId: string) =>
  useQuery({
    queryKey: dispositionsKey(incidentId),
    queryFn: ({ signal }) => api.listDispositions(incidentId, signal),
  });

export const verificationQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ["incidents", "verification", incidentId],
    queryFn: ({ signal }) => api.getVerification(incidentId, signal),
    // A run tells its progress in its row alone; asked for only while one is under way.
    refetchInterval: ({ state }) =>
      ["queued", "running"].includes(state.data?.pekerjaan?.status ?? "") ? 1_000 : false,
  });
export const useVerification = (incidentId: string) => useQuery(verificationQuery(incidentId));

export const useSops = () =>
  useQuery({ queryKey: ["sops"], queryFn: ({ signal }) => api.listSops(signal), staleTime: 300_000 });
export const useSop = (sopId: string | undefined) =>
  useQuery({
    queryKey: ["sops", sopId],
    queryFn: ({ signal }) => api.getSop(sopId ?? "", signal),
    enabled: sopId !== undefined,
    staleTime: 300_000,
  });

export const useFollowedSop = (incidentId: string) =>
  useQuery({
    queryKey: ["sops", "followed", incidentId],
    queryFn: ({ signal }) => api.getFollowedSop(incidentId, signal),
    staleTime: 300_000,
  });
export const useVersions = (sopId: string | undefined) =>
  useQuery({
    queryKey: ["sops", "versions", sopId],
    queryFn: ({ signal }) => api.listVersions(sopId ?? "", signal),
    enabled: sopId !== undefined,
  });
export const versionKey = (sopId: string, nomor: number) => ["sops", "version", sopId, nomor];
export const useVersion = (sopId: string, nomor: number | undefined) =>
  useQuery({
    queryKey: versionKey(sopId, nomor ?? -1),
    queryFn: ({ signal }) => api.getVersion(sopId, nomor ?? -1, signal),
    enabled: nomor !== undefined,
    // A draft under the reader's hands is not replaced while they write.
    refetchOnWindowFocus: false,
  });
export const useJudged = (sopId: string, form: object) =>
  useQuery({
    queryKey: ["sop-check", sopId, form],
    queryFn: ({ signal }) => api.judgeForm(sopId, form, signal),
    placeholderData: (previous) => previous,
    gcTime: 10_000,
    retry: false,
  });
export const useDifference = (sopId: string, nomor: number, dengan?: number) =>
  useQuery({
    queryKey: ["sops", "difference", sopId, nomor, dengan],
    queryFn: ({ signal }) => api.compareVersions(sopId, nomor, dengan, signal),
    retry: false,
  });

export const useEvents = (filter: EventFilter) =>
  useInfiniteQuery({
    queryKey: ["events", filter],
    ...page((cursor, signal) => api.searchEvents(filter, { cursor, limit: PAGE_SIZE }, signal)),
    retry: false,
  });
export const useQuarantine = (enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ["quarantine"],
    ...page((cursor, signal) => api.listQuarantine({ cursor, limit: PAGE_SIZE }, signal)),
    enabled,
  });
export const useSystem = () =>
  useQuery({ queryKey: ["system"], queryFn: ({ signal }) => api.getSystem(signal), staleTime: 300_000 });
