// What the reader has filled in for a step, and the request it becomes. Pure.
import type { AllowedStep, EvidenceItem, OnBehalf, StepCompletion } from "../../lib/types";
import { instantOf } from "../../lib/zoned-time";
import { EMPTY_FINDINGS, findingsOf, type FindingDraft } from "./finding-draft";
import { EMPTY_FORMS, formsOf, type FormsDraft } from "./step-forms";

export interface Draft {
  catatan: string;
  keputusan: string | null;
  alasan: string;
  sebab: string | null;
  /** Item to the reason why there is nothing to give. */
  nihil: Record<string, string>;
  files: EvidenceItem[];
  /** What is said of findings. */
  temuan: FindingDraft;
  forms: FormsDraft;
  /** The position the reader acts through; asked for only where he holds several. */
  sebagai: string | null;
  /** The outside person whose act is recorded; `waktu` as the field holds it. */
  atasNama: Omit<OnBehalf, "cara"> & { cara: OnBehalf["cara"] | null };
}

export const EMPTY_DRAFT: Draft = {
  catatan: "",
  keputusan: null,
  alasan: "",
  sebab: null,
  nihil: {},
  files: [],
  temuan: EMPTY_FINDINGS,
  forms: EMPTY_FORMS,
  sebagai: null,
  atasNama: { nama: "", jabatan: "", cara: null, waktu: "" },
};

/** `zone` is the office's: the time somebody acted is written as its wall clock shows it. */
export function bodyOf(draft: Draft, step: AllowedStep, zone: string): StepCompletion {
  return {
    catatan: draft.catatan,
    lampiran: draft.files.map(({ id }) => id),
    nihil: draft.nihil,
    putaran: step.putaran,
    ...(draft.keputusan === null ? {} : { keputusan: draft.keputusan }),
    ...(draft.alasan === "" ? {} : { alasan: draft.alasan }),
    ...(draft.sebab === null ? {} : { sebab: draft.sebab }),
    ...(draft.sebagai === null ? {} : { sebagai: draft.sebagai }),
    ...behalfOf(draft.atasNama, zone),
    isian: { ...formsOf(draft.forms, step, zone), ...findingsOf(draft.temuan, step, draft.keputusan) },
  };
}

/** Nothing is said for somebody else until all of it is. */
function behalfOf({ nama, jabatan, cara, waktu }: Draft["atasNama"], zone: string): Pick<StepCompletion, "atas_nama"> {
  const instant = instantOf(waktu, zone);
  if (nama === "" || jabatan === "" || cara === null || instant === undefined) return {};
  return { atas_nama: { nama, jabatan, cara, waktu: instant } };
}
