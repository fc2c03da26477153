import { describe, expect, it } from "vitest";
import { signerOf, titleOf, type Mandate } from "./signature";

const MANDATE: Mandate = {
  kedudukan: "plh",
  jabatan: "Kasi Keamanan Jaringan",
  letter_number: "SP 800/12/2026",
  letter_date: "2026-11-19",
  replaces: "Hendra Kusuma",
};

describe("a signature", () => {
  it("names the jabatan that is exercised, not the own one", () => {
    expect(signerOf({ oleh: "Bayu", jabatan: "Tim Teknis", mandat: MANDATE })).toBe(
      "Bayu, Plh. Kasi Keamanan Jaringan",
    );
    expect(titleOf("Tim Teknis", { ...MANDATE, kedudukan: "plt" })).toBe("Plt. Kasi Keamanan Jaringan");
  });

  it("names the own jabatan where nobody is stood in for", () => {
    expect(signerOf({ oleh: "Bayu", jabatan: "Tim Teknis" })).toBe("Bayu, Tim Teknis");
  });

  it("is that of the person outside for whom it was recorded", () => {
    const atas_nama = { nama: "Sari", jabatan: "Operator OPD", cara: "wa", waktu: "2026-11-19T01:00:00Z" } as const;

    expect(signerOf({ oleh: "Bayu", jabatan: "Tim Teknis", atas_nama })).toBe("a.n. Sari, Operator OPD");
  });
});
