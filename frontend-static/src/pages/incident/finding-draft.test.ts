import { describe, expect, it } from "vitest";
import type { AllowedStep } from "../../lib/types";
import { findingsOf, questionOf } from "./finding-draft";

const REPAIR = { no: 7, putaran: 2, jawaban: [], temuan_terbuka: ["a", "b"] } as unknown as AllowedStep;
const VERIFICATION = {
  ...REPAIR,
  no: 9,
  jawaban: [
    { jawaban: "tuntas", putaran: false },
    { jawaban: "belum", putaran: true },
  ],
} as AllowedStep;
const DRAFT = { tindakan: { a: " Diblokir. ", b: "  ", c: "bukan temuan ini" }, terbuka: ["b", "c"] };

describe("what is said of findings", () => {
  it("is, in a repair, what was done about each that is open", () => {
    expect(questionOf(REPAIR, null)).toBe("tindakan");
    expect(findingsOf(DRAFT, REPAIR, null)).toEqual({ tindakan: [{ temuan: "a", uraian: "Diblokir." }] });
  });

  it("is, in a verification, which stay open, and only with the answer that sends the work back", () => {
    expect(questionOf(VERIFICATION, null)).toBeNull();
    expect(findingsOf(DRAFT, VERIFICATION, "tuntas")).toEqual({});
    expect(findingsOf(DRAFT, VERIFICATION, "belum")).toEqual({ temuan_terbuka: ["b"] });
  });

  it("is nothing in any other step", () => {
    expect(findingsOf(DRAFT, { ...REPAIR, temuan_terbuka: [] }, null)).toEqual({});
  });
});
