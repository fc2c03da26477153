import { describe, expect, it } from "vitest";
import type { HistoryEntry, StepState } from "../../lib/types";
import { progressOf } from "./progress";
import { REWORK } from "./samples";

const act = (no: number, minute: number, keputusan: string | null = null): HistoryEntry => ({
  no,
  putaran: 1,
  status: "selesai",
  sejak: `2026-11-21T01:${String(minute).padStart(2, "0")}:00Z`,
  oleh: "Sari",
  jabatan: "Kasi",
  pada: `2026-11-21T01:${String(minute).padStart(2, "0")}:30Z`,
  keputusan,
  keputusan_label: keputusan,
  keputusan_label_en: keputusan,
  alasan: null,
  sebab_label: null,
  catatan: null,
  nihil: {},
});
const steps = (...states: StepState[]) => states.map((keadaan, index) => ({ no: index + 1, keadaan }));

describe("the progress of a run", () => {
  it("is nothing without a run", () => {
    const { states, taken } = progressOf(REWORK, null);

    expect([...states.values()]).toEqual(["belum", "belum", "belum", "belum", "belum"]);
    expect(taken.size).toBe(0);
  });

  it("shows the states that the server tells", () => {
    const { states } = progressOf(REWORK, {
      langkah: steps("selesai", "ulang", "belum", "belum", "belum"),
      riwayat: [],
    });

    expect(states.get(2)).toBe("ulang");
  });

  it("marks the ways that were followed, the one back included", () => {
    const riwayat = [act(4, 4, "belum"), act(1, 1), act(2, 2), act(3, 3)];

    const { taken } = progressOf(REWORK, { langkah: steps("selesai", "ulang", "belum", "belum", "belum"), riwayat });

    expect([...taken].sort()).toEqual(["1>2", "2>3", "3>4", "4>2"]);
  });

  it("names who did a step last", () => {
    const riwayat = [{ ...act(2, 9), oleh: "Tono" }, act(2, 2)];

    expect(progressOf(REWORK, { langkah: [], riwayat }).latest.get(2)?.oleh).toBe("Tono");
  });
});
