import { describe, expect, it } from "vitest";
import type { AllowedStep } from "../../lib/types";
import { EMPTY_FORMS, formsOf } from "./step-forms";

const ZONE = "Asia/Makassar";
const step = (...isian: string[]) => ({ no: 2, putaran: 1, isian }) as unknown as AllowedStep;

describe("the forms of a step", () => {
  it("are sent only where the step has them", () => {
    const draft = { ...EMPTY_FORMS, pertanyaan: "Boleh?", arahan: "Ya." };

    expect(formsOf(draft, step(), ZONE)).toEqual({});
    expect(formsOf(draft, step("pertanyaan"), ZONE)).toEqual({ pertanyaan: "Boleh?" });
  });

  it("send no empty date, which the server would refuse", () => {
    const { disposisi } = formsOf(EMPTY_FORMS, step("disposisi"), ZONE);

    expect([disposisi?.tanggal_surat, disposisi?.diterima]).toEqual([null, null]);
  });

  it("leave out a party that nobody has begun, and send its time in the office's zone", () => {
    const begun = { siapa: "ISP", waktu: "2026-11-20T11:00", hasil: "Pulih" };
    const draft = { ...EMPTY_FORMS, pihak: [{ siapa: "", waktu: "", hasil: "" }, begun] };

    const { pihak_terkait } = formsOf(draft, step("pihak_terkait"), ZONE);

    expect(pihak_terkait).toEqual([{ siapa: "ISP", waktu: "2026-11-20T03:00:00.000Z", hasil: "Pulih" }]);
  });
});
