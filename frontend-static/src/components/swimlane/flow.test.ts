import { describe, expect, it } from "vitest";
import type { Sop } from "../../lib/types";
import { flowOf, laneIndexes, shortLabel } from "./flow";
import { aSop, aStep, ENDING, REWORK, SELF_LOOP, SKIPS } from "./samples";

const flow = (sop: Sop) =>
  flowOf(sop, { labelOf: ({ label }) => label.id, again: (label, no) => `${label}: ulang ${no}` });

describe("the arrows of an SOP", () => {
  it("follow the answers where a step asks, and the next step where it does not", () => {
    expect(flow(REWORK).edges.map(({ key }) => key)).toEqual(["1>2", "2>3", "3>4", "4>5", "4>2"]);
  });

  it("say that work is done again where the answer counts a putaran", () => {
    const back = flow(REWORK).edges.find(({ key }) => key === "4>2");

    expect(back).toMatchObject({ back: true, rework: true, label: "Belum tuntas: ulang 2" });
  });

  it("join answers that lead to the same step", () => {
    expect(flow(SELF_LOOP).edges.filter(({ from }) => from === 2)).toMatchObject([
      { to: 2, label: "mati / lambat", back: true, rework: false },
      { to: 3, label: "normal" },
    ]);
  });

  it("leave out answers for a step that came back, and show those that end the run", () => {
    expect(flow(ENDING).edges.map(({ key }) => key)).toEqual(["1>2", "2>1", "2>end", "2>3"]);
  });
});

describe("the shapes of a step", () => {
  it("stand in the lane of each executor, arriving at the first and leaving from the last when they act in order", () => {
    const inOrder = flow(SKIPS).steps.find(({ no }) => no === 5);

    expect(inOrder?.shapes.map(({ lane }) => lane)).toEqual([2, 3]);
    expect([inOrder?.entry.lane, inOrder?.exit.lane]).toEqual([2, 3]);
  });

  it("are one where its executors share a lane", () => {
    const step = aStep(1, ["a", "b"], { lajur: "ab" });
    const sop = { ...aSop([], [step]), lajur: [{ id: "ab", judul: { id: "AB", en: "AB" }, pelaksana: ["a", "b"] }] };

    expect(laneIndexes(step, sop)).toEqual([0]);
  });
});

it("a label keeps what stands before its dash", () => {
  expect(shortLabel("Tidak sulit – kembalikan ke Pemeriksa TI")).toBe("Tidak sulit");
  expect(shortLabel("e-mail")).toBe("e-mail");
});
