// Documents beyond their list: numbers, signed copies, templates and kop, and checking a paper that somebody holds.
import { queryOptions, useQuery } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type DocumentDetail = G.DocumentDetail;
export type SignedCopy = G.CopyShown;
export type OfficeTemplate = G.TemplateShown;
export type Letterhead = G.LetterheadShown;
export type LetterheadWords = G.LetterheadGiven;
export type Person = G.PersonGiven;
export type Verified = G.Verified;
export type CopyKind = "pindaian" | "bsre";
export interface DocumentPlace {
  incident_id: string;
  document_id: string;
}

export const askDocument = (incident_id: string, body: G.DocumentWish) =>
  bodyOf<G.DocumentShown>(sdk.askDocument({ path: { incident_id }, body }));
export const putNumber = (path: DocumentPlace, body: G.OfficialNumberGiven) =>
  bodyOf<DocumentDetail>(sdk.putOfficialNumber({ path, body }));
export const putParts = (path: DocumentPlace, body: G.PartsGiven) =>
  bodyOf<DocumentDetail>(sdk.putParts({ path, body }));
export const attachCopy = (path: DocumentPlace, kind: CopyKind, file: File) =>
  bodyOf<SignedCopy>(sdk.attachSignedCopy({ path, body: { kind, file } }));
export const sealDocument = (path: DocumentPlace) => bodyOf<SignedCopy>(sdk.sealDocument({ path }));
export const putTemplate = (kind: string, file: File) =>
  bodyOf<OfficeTemplate>(sdk.putTemplate({ path: { kind }, body: { file } }));
export const dropTemplate = (kind: string) => bodyOf<void>(sdk.dropTemplate({ path: { kind } }));
export const putLetterhead = (body: LetterheadWords) => bodyOf<Letterhead>(sdk.putLetterhead({ body }));
export const putEmblem = (file: File) => bodyOf<Letterhead>(sdk.putEmblem({ body: { file } }));
export const dropEmblem = () => bodyOf<void>(sdk.dropEmblem());
export const verifyCode = (code: string) => bodyOf<Verified>(sdk.verifyCode({ path: { code } }));
export const verifyFile = (body: File) => bodyOf<Verified>(sdk.verifyFile({ body }));

// Under the key of the documents' list, so that the live stream refreshes both.
export const useDocument = ({ incident_id, document_id }: DocumentPlace) =>
  useQuery({
    queryKey: ["incidents", "documents", incident_id, document_id],
    queryFn: ({ signal }) =>
      bodyOf<DocumentDetail>(sdk.showOneDocument({ path: { incident_id, document_id }, signal })),
  });
export const useTemplates = () =>
  useQuery({
    queryKey: ["templates"],
    queryFn: ({ signal }) => bodyOf<Page<OfficeTemplate>>(sdk.listTemplates({ signal })),
  });
export const letterheadQuery = queryOptions({
  queryKey: ["letterhead"],
  queryFn: ({ signal }) => bodyOf<Letterhead>(sdk.showLetterhead({ signal })),
  // What an administrator is typing is not replaced under their hands.
  refetchOnWindowFocus: false,
});

const at = ({ incident_id, document_id }: DocumentPlace) =>
  `/api/v1/incidents/${encodeURIComponent(incident_id)}/documents/${encodeURIComponent(document_id)}`;
export const copyUrl = (place: DocumentPlace, copyId: string) => `${at(place)}/signed/${encodeURIComponent(copyId)}`;
export const revisionUrl = (place: DocumentPlace, revision: number, form: "docx" | "pdf") =>
  `${at(place)}/revisions/${revision}.${form}`;
/** Named by what it shows, so that a new one is not taken for the old. */
export const emblemUrl = (sha256: string) => `/api/v1/letterhead/lambang?isi=${sha256}`;
export const templateUrl = (kind: string) => `/api/v1/templates/${encodeURIComponent(kind)}/docx`;
