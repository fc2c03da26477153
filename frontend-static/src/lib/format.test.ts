import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import { durationText, formatter, sizeText, workingSpan } from "./format";

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
    expect(workingSpan("id", 450 + 4 * 60 + 10)).toBe("1 hari 4 jam");
    expect(workingSpan("en", 450 + 4 * 60 + 10)).toBe("1 day 4 hours");
  });

  it("has no sign", () => {
    expect(workingSpan("id", -95)).toBe("1 jam 35 menit");
  });

  it("says so when nothing is left", () => {
    expect(workingSpan("id", 0)).toBe("0 menit");
  });
});

describe("the SOP's time for a step", () => {
  const t = ((_key: string, { jumlah }: { jumlah: string }) => `${jumlah} hari kerja`) as unknown as TFunction;

  it.each([
    [{ min: 1, max: 2, satuan: "jam" } as const, "1–2 jam"],
    [{ min: 20, max: 20, satuan: "menit" } as const, "20 menit"],
    [{ min: 2, max: 5, satuan: "hari_kerja" } as const, "2–5 hari kerja"],
    [null, "–"],
  ])("%o reads %s", (duration, text) => {
    expect(durationText(t, "id", duration)).toBe(text);
  });
});

it("a size is told in the largest unit that leaves a number above one", () => {
  expect(sizeText(1_572_864, "id")).toBe("1,5 MiB");
});
