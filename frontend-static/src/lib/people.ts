// Accounts, positions, offices, and who may act in an incident today: the calls, and the queries that show them.
import { useQuery } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type Official = G.OfficialShown;
export type Position = G.PositionShown;
export type NewOfficial = G.NewOfficial;
export type NewPosition = G.NewPosition;
export type OneTimePassword = G.OneTimePassword;
export type Office = G.OfficeShown;
export type PowerToday = G.PowerShown;
export type PositionPower = G.PositionPowerShown;
export type StepHolders = G.StepHoldersShown;
export type Holder = G.HolderShown;
export type Shares = G.SharesShown;

export const officialsKey = ["officials"];
export const useOfficials = () =>
  useQuery({
    queryKey: [...officialsKey, "list"],
    queryFn: ({ signal }) => bodyOf<Page<Official>>(sdk.listOfficials({ signal })),
  });
export const usePower = (account_id: string) =>
  useQuery({
    queryKey: [...officialsKey, "power", account_id],
    queryFn: ({ signal }) => bodyOf<PowerToday>(sdk.showPower({ path: { account_id }, signal })),
  });
export const createOfficial = (body: NewOfficial) => bodyOf<OneTimePassword>(sdk.createOfficial({ body }));
export const resetPassword = (account_id: string) =>
  bodyOf<OneTimePassword>(sdk.resetPassword({ path: { account_id } }));
export const disableOfficial = (account_id: string) => bodyOf<Official>(sdk.disableOfficial({ path: { account_id } }));
export const enableOfficial = (account_id: string) =>
  bodyOf<OneTimePassword>(sdk.enableOfficial({ path: { account_id } }));
export const givePosition = (body: NewPosition) => bodyOf<Position>(sdk.createPosition({ body }));
export const endPosition = (position_id: string, sampai: string) =>
  bodyOf<Position>(sdk.endOne({ path: { position_id }, body: { sampai } }));
export const createOffice = (body: G.NewOffice) => bodyOf<Office>(sdk.createOffice({ body }));

// Under the key of the incidents, so that the live stream refreshes them.
export const useHolders = (incidentId: string) =>
  useQuery({
    queryKey: ["incidents", "holders", incidentId],
    queryFn: ({ signal }) => bodyOf<Page<StepHolders>>(sdk.listHolders({ path: { incident_id: incidentId }, signal })),
  });
export const sharesKey = (incidentId: string) => ["incidents", "shares", incidentId];
export const useShares = (incidentId: string) =>
  useQuery({
    queryKey: sharesKey(incidentId),
    queryFn: ({ signal }) => bodyOf<Shares>(sdk.listShares({ path: { incident_id: incidentId }, signal })),
  });
export const shareIncident = (incident_id: string, office: string, reason: string) =>
  bodyOf<Shares>(sdk.shareIncident({ path: { incident_id }, body: { office, reason } }));
export const withdrawShare = (incident_id: string, office_id: string) =>
  bodyOf<Shares>(sdk.withdrawShare({ path: { incident_id, office_id } }));
