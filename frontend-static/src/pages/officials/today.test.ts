import { describe, expect, it } from "vitest";
import { dayBefore, dayIn } from "./today";

describe("the office's day", () => {
  it("changes at the office's midnight, not at that of UTC", () => {
    expect(dayIn("Asia/Makassar", new Date("2026-11-20T15:59:59Z"))).toBe("2026-11-20");
    expect(dayIn("Asia/Makassar", new Date("2026-11-20T16:00:00Z"))).toBe("2026-11-21");
  });

  it("has one before it across the end of a year", () => {
    expect(dayBefore("2027-01-01")).toBe("2026-12-31");
  });
});
