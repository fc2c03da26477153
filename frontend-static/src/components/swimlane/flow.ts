// What an SOP's flow chart shows, before anyone knows where on the screen: lanes, shapes and arrows. Pure; knows no SOP by name.
import type { Decision, Sop, SopLane, SopStep } from "../../lib/types";

export type ShapeKind = "terminal" | "process" | "decision";

/** A step's shape in one lane. A step that several lanes carry out has one shape in each. */
export interface Shape {
  key: string;
  no: number;
  lane: number;
  kind: ShapeKind;
}

export interface StepShapes {
  no: number;
  shapes: Shape[];
  /** Where an arrow arrives and where one leaves: the same shape, unless executors act one after the other. */
  entry: Shape;
  exit: Shape;
  inOrder: boolean;
}

/** An arrow between steps; `to` is null where an answer ends the run. Answers with one target share one arrow. */
export interface Edge {
  key: string;
  from: number;
  to: number | null;
  label: string;
  back: boolean;
  /** Leads back because the work has to be done again (a new putaran). */
  rework: boolean;
}

export interface Flow {
  lanes: SopLane[];
  steps: StepShapes[];
  edges: Edge[];
}

export interface FlowWords {
  labelOf: (decision: Decision) => string;
  /** "Belum tuntas: ulang langkah 7" */
  again: (label: string, no: number) => string;
}

export function flowOf(sop: Sop, words: FlowWords): Flow {
  const steps = sop.langkah.map((step) => stepShapes(step, sop));
  return { lanes: sop.lajur, steps, edges: sop.langkah.flatMap((step) => edgesOf(step, words)) };
}

/** Positions of the lanes that carry out a step, in the order of its executors. */
export function laneIndexes(step: SopStep, sop: Sop): number[] {
  const own = sop.lajur.findIndex(({ id }) => id === step.lajur);
  const inOwn = (executor: string) => sop.lajur[own]?.pelaksana.includes(executor) ?? false;
  const laneOf = (executor: string) =>
    inOwn(executor) ? own : sop.lajur.findIndex(({ pelaksana }) => pelaksana.includes(executor));
  const lanes = [...new Set(step.pelaksana.map(laneOf))].filter((index) => index >= 0);
  return lanes.length > 0 ? lanes : [Math.max(own, 0)];
}

const KINDS: Record<SopStep["simbol"], ShapeKind> = {
  mulai_akhir: "terminal",
  proses: "process",
  keputusan: "decision",
};

function stepShapes(step: SopStep, sop: Sop): StepShapes {
  const kind = KINDS[step.simbol];
  const shapes = laneIndexes(step, sop).map((lane): Shape => ({ key: `${step.no}@${lane}`, no: step.no, lane, kind }));
  const [entry] = shapes;
  if (entry === undefined) throw new Error(`step ${step.no} has no lane`);
  const inOrder = step.mode === "semua_berurutan";
  return { no: step.no, shapes, entry, exit: inOrder ? (shapes.at(-1) ?? entry) : entry, inOrder };
}

/** Answers that are always offered; those for a step that came back are not part of the drawn flow. */
export const openDecisions = (step: SopStep): Decision[] => step.keputusan.filter((one) => !one.hanya_bila_kembali);

function edgesOf(step: SopStep, words: FlowWords): Edge[] {
  const decisions = openDecisions(step);
  if (decisions.length === 0) return step.berikut === null ? [] : [edge(step.no, step.berikut, "")];
  const targets = [...new Set(decisions.map(({ ke }) => ke))];
  return targets.map((to) => {
    const label = decisions
      .filter(({ ke }) => ke === to)
      .map((one) => shortLabel(words.labelOf(one)))
      .join(" / ");
    const isRework = to !== null && decisions.some((one) => one.ke === to && one.adalah_putaran) && to <= step.no;
    return { ...edge(step.no, to, isRework ? words.again(label, to) : label), rework: isRework };
  });
}

function edge(from: number, to: number | null, label: string): Edge {
  return { key: edgeKey(from, to), from, to, label, back: to !== null && to <= from, rework: false };
}

export const edgeKey = (from: number, to: number | null): string => `${from}>${to ?? "end"}`;

/** "Sulit – konsultasikan" says its answer before the dash; an arrow has room for no more. */
export const shortLabel = (label: string): string => label.split(/\s[–-]\s/)[0]?.trim() ?? label;
