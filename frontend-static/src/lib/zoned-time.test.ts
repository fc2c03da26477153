import { describe, expect, it } from "vitest";
import { instantOf } from "./zoned-time";

describe("a wall clock in the office's zone", () => {
  it("is eight hours ahead of UTC in WITA", () => {
    expect(instantOf("2026-11-21T14:05", "Asia/Makassar")).toBe("2026-11-21T06:05:00.000Z");
  });

  it("follows a change of the clock where there is one", () => {
    expect(instantOf("2026-07-01T12:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
    expect(instantOf("2026-12-01T12:00", "Europe/Berlin")).toBe("2026-12-01T11:00:00.000Z");
  });

  it("is nothing where the text is no time", () => {
    expect(instantOf("kemarin", "Asia/Makassar")).toBeUndefined();
  });
});
