// How far a run has come, as the server tells it, ready for drawing. Pure.
import type { HistoryEntry, Sop, StepState } from "../../lib/types";
import { edgeKey } from "./flow";

export interface Run {
  langkah: { no: number; keadaan: StepState }[];
  riwayat: HistoryEntry[];
}

export interface Progress {
  states: Map<number, StepState>;
  /** Keys of the arrows that were followed; one that led back stays, as a trace of the rework. */
  taken: Set<string>;
  /** The newest act on each step. */
  latest: Map<number, HistoryEntry>;
}

export function progressOf(sop: Sop, run: Run | null): Progress {
  const states = new Map<number, StepState>(sop.langkah.map(({ no }) => [no, "belum"]));
  if (run === null) return { states, taken: new Set(), latest: new Map() };
  for (const { no, keadaan } of run.langkah) states.set(no, keadaan);
  const acts = run.riwayat.filter(({ status }) => status === "selesai").sort(byTime);
  return {
    states,
    taken: new Set(acts.map((act) => edgeKey(act.no, targetOf(act, sop)))),
    latest: new Map(acts.map((act) => [act.no, act])),
  };
}

export const isActive = (state: StepState | undefined): boolean => state === "aktif" || state === "ulang";

const byTime = (one: HistoryEntry, other: HistoryEntry): number =>
  (one.pada ?? one.sejak).localeCompare(other.pada ?? other.sejak);

function targetOf(act: HistoryEntry, sop: Sop): number | null {
  const step = sop.langkah.find(({ no }) => no === act.no);
  const answer = step?.keputusan.find(({ jawaban }) => jawaban === act.keputusan);
  return answer ? answer.ke : (step?.berikut ?? null);
}
