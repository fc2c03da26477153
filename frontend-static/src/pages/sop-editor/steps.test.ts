import { describe, expect, it } from "vitest";
import { codeOf, newAnswer, newStep, readForm, sentForm, type FormStep } from "./form";
import { addStep, moveStep, removeStep } from "./steps";

const step = (no: number, changes: Partial<FormStep> = {}): FormStep => ({
  ...newStep(no, ["kasi"]),
  uraian: `kerja ${no}`,
  berikut: no + 1,
  ...changes,
});
const answer = (jawaban: string, ke: number | null) => ({ ...newAnswer(), jawaban, ke });
const STEPS = [
  step(1),
  step(2, { berikut: null, keputusan: [answer("ya", 3), answer("belum", 1)] }),
  step(3, { berikut: null, hasil: "tuntas", memverifikasi: [1] }),
];
const flow = (steps: FormStep[]) => steps.map(({ no, uraian, berikut }) => [no, uraian, berikut]);

describe("the steps of a draft", () => {
  it("lead through a step that is put in, and answers still mean the step they meant", () => {
    const after = addStep(STEPS, 0);

    expect(flow(after)).toEqual([
      [1, "kerja 1", 2],
      [2, "", 3],
      [3, "kerja 2", null],
      [4, "kerja 3", null],
    ]);
    expect(after[2]?.keputusan.map(({ ke }) => ke)).toEqual([4, 1]);
    expect(after.map(({ no_asli }) => no_asli)).toEqual(["1", "2", "3", "4"]);
  });

  it("end with the outcome of the last one when a step is put after it", () => {
    const after = addStep(STEPS, 2);

    expect(after.map(({ berikut, hasil }) => [berikut, hasil])).toEqual([
      [2, null],
      [null, null],
      [4, null],
      [null, "tuntas"],
    ]);
  });

  it("lead past a step that is taken out", () => {
    const after = removeStep(addStep(STEPS, 0), 1);

    expect(flow(after)).toEqual(flow(STEPS));
    expect(after[2]?.memverifikasi).toEqual([1]);
  });

  it("end where the last one is taken out", () => {
    const after = removeStep([step(1), step(2, { berikut: null, hasil: "tuntas" })], 1);

    expect(after.map(({ berikut, hasil }) => [berikut, hasil])).toEqual([[null, "tuntas"]]);
  });

  it("keep their arrows when two change places", () => {
    const after = moveStep(STEPS, 0, 1);

    expect(flow(after)).toEqual([
      [1, "kerja 2", null],
      [2, "kerja 1", 1],
      [3, "kerja 3", null],
    ]);
    expect(after[0]?.keputusan.map(({ ke }) => ke)).toEqual([3, 2]);
    expect(moveStep(STEPS, 0, -1)).toBe(STEPS);
  });

  it("keep a printed number that is not the position", () => {
    const after = moveStep([step(1), step(2, { no_asli: "2a" })], 1, -1);

    expect(after.map(({ no_asli }) => no_asli)).toEqual(["2a", "2"]);
  });
});

describe("a draft that a script wrote", () => {
  it("has every field, and keeps what the page does not know", () => {
    const form = readForm({ judul: 5, langkah: [{ uraian: "a", isian: [{ jenis: "disposisi" }] }, "b"] }, "sop");

    expect(form.judul).toBe("");
    expect(form.langkah).toHaveLength(1);
    expect(form.langkah[0]).toMatchObject({ no: 1, uraian: "a", keputusan: [], isian: [{ jenis: "disposisi" }] });
  });

  it("is sent with Indonesian where English is missing, and without empty optional lines", () => {
    const form = readForm({ judul: "Judul", nomor: " ", langkah: [{ ringkas: { id: "Catat", en: "" } }] }, "sop");

    const sent = sentForm(form);

    expect([sent.judul_en, sent.nomor, sent.langkah[0]?.ringkas.en]).toEqual(["Judul", null, "Catat"]);
  });

  it("gets codes that the server takes", () => {
    expect(["Kasi Keamanan (Jaringan)", "1. Édi", "  "].map(codeOf)).toEqual(["kasi_keamanan_jaringan", "edi", ""]);
  });
});
