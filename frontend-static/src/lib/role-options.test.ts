import { describe, expect, it } from "vitest";
import { roleGroups, roleName } from "./role-options";

const SOP = {
  id: "kaltim",
  judul: "Gangguan",
  instansi: "Dinas",
  pelaksana: [
    { id: "kasi", nama: "Kasi", luar: false },
    { id: "opd", nama: "OPD", luar: true },
  ],
};
const WORDS = { all: "Semua SOP", other: "Lainnya", leader: "Pimpinan" };

describe("the roles of a position", () => {
  const groups = roleGroups([SOP], WORDS);

  it("are offered for every SOP and bound to one, without those of outsiders", () => {
    expect(groups.map(({ items }) => items.map(({ value }) => value))).toEqual([
      ["kasi"],
      ["kaltim:kasi"],
      ["pimpinan"],
    ]);
  });

  it("are called by their names, never by their ids", () => {
    expect(roleName(groups, "kaltim:kasi", "?")).toBe("Kasi (Gangguan)");
    expect(roleName(groups, "lama:kasi", "peran lama")).toBe("peran lama");
  });
});
