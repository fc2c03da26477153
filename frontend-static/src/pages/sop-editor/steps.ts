// Putting in, taking out and moving steps: numbers follow the order, and whatever led to a step still leads to it.
import { newStep, type FormStep } from "./form";

/** Numbers the steps by their order, and every reference with them. */
function renumber(steps: FormStep[]): FormStep[] {
  const now = new Map(steps.map((step, index) => [step.no, index + 1]));
  const target = (no: number | null): number | null => (no === null ? null : (now.get(no) ?? null));
  return steps.map((step, index) => ({
    ...step,
    no: index + 1,
    // A number that was only the position goes on being it; a printed one that differs stays as printed.
    no_asli: step.no_asli === null || step.no_asli === String(step.no) ? String(index + 1) : step.no_asli,
    berikut: target(step.berikut),
    memverifikasi: step.memverifikasi.map((no) => now.get(no)).filter((no) => no !== undefined),
    keputusan: step.keputusan.map((answer) => ({
      ...answer,
      ke: target(answer.ke),
      hasil_dari_sebab: target(answer.hasil_dari_sebab),
    })),
  }));
}

const FRESH = -1;

/** Puts a new step after `position`: what led on from the step before now leads through it. */
export function addStep(steps: FormStep[], position: number): FormStep[] {
  const before = steps[position];
  const fresh = { ...newStep(FRESH, before?.pelaksana ?? []), berikut: before?.berikut ?? null };
  const linked =
    before === undefined || before.keputusan.length > 0
      ? fresh
      : { ...fresh, hasil: before.berikut === null ? before.hasil : null };
  const led = steps.map((step, index) =>
    index === position && step.keputusan.length === 0 ? { ...step, berikut: FRESH, hasil: null } : step,
  );
  return renumber([...led.slice(0, position + 1), linked, ...led.slice(position + 1)]);
}

/** Takes a step out: what led to it leads to what followed it. */
export function removeStep(steps: FormStep[], position: number): FormStep[] {
  const gone = steps[position];
  if (gone === undefined) return steps;
  const past = (no: number | null) => (no === gone.no ? (gone.berikut === gone.no ? null : gone.berikut) : no);
  const rest = steps
    .filter((_, index) => index !== position)
    .map((step) => ({
      ...step,
      berikut: past(step.berikut),
      hasil: step.berikut === gone.no && gone.berikut === null ? (step.hasil ?? gone.hasil) : step.hasil,
      keputusan: step.keputusan.map((answer) => ({ ...answer, ke: past(answer.ke) })),
    }));
  return renumber(rest);
}

/** Changes places of two neighbours; the arrows stay as they are. */
export function moveStep(steps: FormStep[], position: number, by: -1 | 1): FormStep[] {
  const other = position + by;
  if (other < 0 || other >= steps.length) return steps;
  const moved = [...steps];
  [moved[position], moved[other]] = [moved[other]!, moved[position]!];
  return renumber(moved);
}
