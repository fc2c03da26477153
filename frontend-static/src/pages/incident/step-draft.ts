// What the reader has filled in for a step, and the request it becomes. Pure.
import type { AllowedStep, EvidenceItem, StepCompletion } from "../../lib/types";

export interface Draft {
  catatan: string;
  keputusan: string | null;
  alasan: string;
  sebab: string | null;
  /** Item to the reason why there is nothing to give. */
  nihil: Record<string, string>;
  files: EvidenceItem[];
}

export const EMPTY_DRAFT: Draft = { catatan: "", keputusan: null, alasan: "", sebab: null, nihil: {}, files: [] };

export function bodyOf(draft: Draft, step: AllowedStep): StepCompletion {
  return {
    catatan: draft.catatan,
    lampiran: draft.files.map(({ id }) => id),
    nihil: draft.nihil,
    putaran: step.putaran,
    ...(draft.keputusan === null ? {} : { keputusan: draft.keputusan }),
    ...(draft.alasan === "" ? {} : { alasan: draft.alasan }),
    ...(draft.sebab === null ? {} : { sebab: draft.sebab }),
  };
}
