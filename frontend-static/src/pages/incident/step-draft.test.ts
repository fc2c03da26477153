import { describe, expect, it } from "vitest";
import type { AllowedStep } from "../../lib/types";
import { bodyOf, EMPTY_DRAFT } from "./step-draft";

const STEP = { no: 1, putaran: 1, isian: [] as string[] } as AllowedStep;
const PERSON = { nama: "Sari", jabatan: "Kepala UPTD", cara: "surat", waktu: "2026-11-20T14:05" } as const;

describe("what somebody outside did", () => {
  it("is sent with its time read as the office's wall clock", () => {
    const body = bodyOf({ ...EMPTY_DRAFT, atasNama: PERSON }, STEP, "Asia/Makassar");

    expect(body.atas_nama).toEqual({ ...PERSON, waktu: "2026-11-20T06:05:00.000Z" });
  });

  it.each(["nama", "jabatan", "waktu"] as const)("is not sent without its %s", (field) => {
    const body = bodyOf({ ...EMPTY_DRAFT, atasNama: { ...PERSON, [field]: "" } }, STEP, "Asia/Makassar");

    expect(body).not.toHaveProperty("atas_nama");
  });
});
