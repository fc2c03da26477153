// The calls of notices, the working calendar and the clocks that a law begins, with the queries that show them.
import { queryOptions, useQuery } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type Notice = G.NoticeShown;
export type OfficeDay = G.OfficeDayShown;
export type DayKind = G.DayKind;
export type DayImport = G.DayImportShown;
export type Ramadan = G.RamadanShown;
export type LegalClock = G.LegalClockShown;
export type LegalBasis = G.LegalBasis;
export type TotalDue = G.TenggatTotalShown;
export type RoundCost = G.BiayaPutaranShown;

const NOTICES_SHOWN = 30;

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => bodyOf<G.NoticesShown>(sdk.listNotices({ query: { limit: NOTICES_SHOWN }, signal })),
});
export const readNotice = (notice_id: string) => bodyOf<void>(sdk.readNotice({ path: { notice_id } }));
export const readAllNotices = () => bodyOf<void>(sdk.readAllNotices());

export const officesQuery = queryOptions({
  queryKey: ["offices"],
  queryFn: ({ signal }) => bodyOf<Page<G.OfficeShown>>(sdk.listOffices({ signal })),
  staleTime: 300_000,
});
export const useOfficeDays = (kantor: string) =>
  useQuery({
    queryKey: ["calendar", "days", kantor],
    queryFn: ({ signal }) => bodyOf<Page<OfficeDay>>(sdk.listDays({ query: { kantor }, signal })),
  });
export const useRamadans = () =>
  useQuery({
    queryKey: ["calendar", "ramadan"],
    queryFn: ({ signal }) => bodyOf<Page<Ramadan>>(sdk.listRamadans({ signal })),
  });
export const addDay = (body: G.NewOfficeDay) => bodyOf<OfficeDay>(sdk.addDay({ body }));
export const removeDay = (kantor: string, tanggal: string) =>
  bodyOf<void>(sdk.removeDay({ path: { tanggal }, query: { kantor } }));
export const importDays = (kantor: string, isi: string, simpan: boolean) =>
  bodyOf<DayImport>(sdk.importDays({ body: { kantor, isi, simpan } }));
export const setRamadan = (tahun_hijriah: number, mulai: string, sampai: string) =>
  bodyOf<void>(sdk.setRamadan({ path: { tahun_hijriah }, body: { mulai, sampai } }));
export const removeRamadan = (tahun_hijriah: number) => bodyOf<void>(sdk.removeRamadan({ path: { tahun_hijriah } }));
export const whenDue = (kantor: string, mulai: string, waktu: string) =>
  bodyOf<G.DueShown>(sdk.showDue({ query: { kantor, mulai, waktu } }));

export const legalClocksKey = (incidentId: string) => ["incidents", "legal", incidentId];
export const useLegalClocks = (incidentId: string) =>
  useQuery({
    queryKey: legalClocksKey(incidentId),
    queryFn: ({ signal }) =>
      bodyOf<G.LegalClocksShown>(sdk.listLegalClocks({ path: { incident_id: incidentId }, signal })),
    // The hours of a law run on without any change that the stream would tell.
    refetchInterval: 60_000,
  });
export const startLegalClock = (incident_id: string, body: G.NewLegalClock) =>
  bodyOf<LegalClock>(sdk.startLegalClock({ path: { incident_id }, body }));
export const recordSent = (incident_id: string, clock_id: string, body: G.SentBody) =>
  bodyOf<LegalClock>(sdk.recordSent({ path: { incident_id, clock_id }, body }));
export const getDraft = (incident_id: string, clock_id: string) =>
  bodyOf<G.DraftShown>(sdk.showDraft({ path: { incident_id, clock_id } }));
