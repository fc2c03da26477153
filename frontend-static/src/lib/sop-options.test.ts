import { expect, it } from "vitest";
import { sopOptions } from "./sop-options";

it("SOPs of one title and office are told apart by their id", () => {
  const sops = ["a", "b"].map((id) => ({ id, judul: "Gangguan", instansi: "Dinas" }));

  const options = sopOptions([...sops, { id: "c", judul: "Lain", instansi: "Dinas" }]);

  expect(options.map(({ label }) => label)).toEqual(["Gangguan – Dinas (a)", "Gangguan – Dinas (b)", "Lain – Dinas"]);
});
