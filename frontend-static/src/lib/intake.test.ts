import { describe, expect, it } from "vitest";
import { draftOf, EMPTY_INTAKE, intakeOf, isEmptyIntake } from "./intake";

const ZONE = "Asia/Makassar";
const LETTER = {
  ...EMPTY_INTAKE,
  kanal: "surat" as const,
  nomor_surat: "005/7",
  tanggal_surat: "2026-11-18",
  nomor_agenda: "12",
  tanggal_diterima: "2026-11-19",
  nama: "Sari",
  kejadian: "2026-11-18T09:00",
};

describe("the intake of a report", () => {
  it("is sent with its times in the office's zone and comes back as it was written", () => {
    const sent = intakeOf(LETTER, ZONE);

    expect(sent.kejadian).toBe("2026-11-18T01:00:00.000Z");
    expect(draftOf(sent, ZONE)).toEqual(LETTER);
  });

  it("leaves out what the chosen way does not have", () => {
    const sent = intakeOf({ ...LETTER, kanal: "lisan" }, ZONE);

    expect([sent.nomor_surat, sent.tanggal_surat, sent.nomor_agenda, sent.nama]).toEqual(["", null, "", "Sari"]);
    expect(intakeOf({ ...LETTER, kanal: "temuan_deteksi" }, ZONE).nama).toBe("");
  });

  it("is empty where nothing is known", () => {
    expect(isEmptyIntake(intakeOf(EMPTY_INTAKE, ZONE))).toBe(true);
    expect(isEmptyIntake(intakeOf(LETTER, ZONE))).toBe(false);
  });
});
