// What the reader says of findings with a step, and the part of the request it becomes. Pure.
import type { AllowedStep, StepCompletion } from "../../lib/types";

export interface FindingDraft {
  /** Finding to what was done against it. */
  tindakan: Record<string, string>;
  /** Findings marked as still open; none: all of them stay open. */
  terbuka: string[];
}

export const EMPTY_FINDINGS: FindingDraft = { tindakan: {}, terbuka: [] };

/** A verification asks which findings stay open; a repair, what was done about each. */
export type FindingQuestion = "tindakan" | "terbuka" | null;

export function questionOf(step: AllowedStep, keputusan: string | null): FindingQuestion {
  if ((step.temuan_terbuka ?? []).length === 0) return null;
  const verifies = step.jawaban.some(({ putaran }) => putaran);
  if (!verifies) return "tindakan";
  return step.jawaban.some(({ jawaban, putaran }) => putaran && jawaban === keputusan) ? "terbuka" : null;
}

/** Nothing is said where the step, with this answer, does not ask. */
export function findingsOf(
  draft: FindingDraft,
  step: AllowedStep,
  keputusan: string | null,
): Pick<NonNullable<StepCompletion["isian"]>, "tindakan" | "temuan_terbuka"> {
  const question = questionOf(step, keputusan);
  const asked = step.temuan_terbuka ?? [];
  if (question === "terbuka") {
    const temuan_terbuka = draft.terbuka.filter((one) => asked.includes(one));
    return temuan_terbuka.length > 0 ? { temuan_terbuka } : {};
  }
  if (question === null) return {};
  const tindakan = asked
    .map((temuan) => ({ temuan, uraian: (draft.tindakan[temuan] ?? "").trim() }))
    .filter(({ uraian }) => uraian !== "");
  return tindakan.length > 0 ? { tindakan } : {};
}
