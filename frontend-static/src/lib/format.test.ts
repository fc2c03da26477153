import { describe, expect, it } from "vitest";
import { formatter, sizeText, workingSpan } from "./format";

describe("times", () => {
  it("are shown in the office's zone, named as the office names it", () => {
    expect(formatter("id", "Asia/Makassar").moment("2026-11-21T06:05:00Z")).toBe("21 Nov 2026, 14.05 WITA");
  });

  it("stay as they came when they are no times", () => {
    expect(formatter("id", "Asia/Makassar").short("<b>")).toBe("<b>");
  });

  it("are shown in UTC when the zone is unknown", () => {
    expect(formatter("id", "Mars/Olympus").short("2026-11-21T06:05:00Z")).toBe("21 Nov, 06.05");
  });
});

describe("a working span", () => {
  it("counts a day of seven and a half hours", () => {
    expect(workingSpan(450 + 4 * 60 + 10)).toEqual({ days: 1, hours: 4, minutes: 0 });
  });

  it("has no sign", () => {
    expect(workingSpan(-95)).toEqual({ days: 0, hours: 1, minutes: 35 });
  });
});

it("a size is told in the largest unit that leaves a number above one", () => {
  expect(sizeText(1_572_864, "id")).toBe("1,5 MiB");
});
