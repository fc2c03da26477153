import { expect, test } from "vitest";
import type { SopFinding } from "../../lib/types";
import { faultySteps, fieldOf, flawsOf } from "./flaws";

const found = (tingkat: SopFinding["tingkat"], tempat: SopFinding["tempat"], alasan: string): SopFinding => ({
  tingkat,
  tempat,
  alasan,
  di: "",
  baris: 1,
});
const warning = (text: string) => `Peringatan: ${text}`;

test("a part of a time, of a text in two languages or of a list of executors is told at the whole field", () => {
  expect(fieldOf(["langkah", 2, "waktu", "min"])).toEqual(["langkah", 2, "waktu"]);
  expect(fieldOf(["langkah", 2, "ringkas", "id"])).toEqual(["langkah", 2, "ringkas"]);
  expect(fieldOf(["langkah", 2, "pelaksana", 0])).toEqual(["langkah", 2, "pelaksana"]);
  expect(fieldOf(["lajur", 0, "judul", "id"])).toEqual(["lajur", 0, "judul"]);
});

test("a field of an item, an answer or a declared executor keeps its own place", () => {
  expect(fieldOf(["langkah", 2, "kelengkapan", 1, "nama"])).toEqual(["langkah", 2, "kelengkapan", 1, "nama"]);
  expect(fieldOf(["langkah", 2, "keputusan", 0, "ke"])).toEqual(["langkah", 2, "keputusan", 0, "ke"]);
  expect(fieldOf(["pelaksana", 1, "nama"])).toEqual(["pelaksana", 1, "nama"]);
});

test("several findings at one field are told together, and one error makes it an error", () => {
  const flawAt = flawsOf(
    [
      found("peringatan", ["langkah", 0, "waktu"], "lama sekali"),
      found("galat", ["langkah", 0, "waktu", "max"], "kurang dari paling singkat"),
    ],
    warning,
  );

  expect(flawAt("langkah", 0, "waktu")).toEqual({
    text: "Peringatan: lama sekali; kurang dari paling singkat",
    isError: true,
  });
  expect(flawAt("langkah", 1, "waktu")).toBeUndefined();
});

test("a step with only a warning is not marked as faulty", () => {
  const findings = [
    found("peringatan", ["langkah", 0, "simbol"], "tidak bercabang"),
    found("galat", ["langkah", 3], "tidak pernah tercapai"),
    found("galat", ["langkah"], "tidak boleh kosong"),
  ];

  expect([...faultySteps(findings)]).toEqual([3]);
});
