import { describe, expect, it } from "vitest";
import { daysOf, periodOf } from "./period";

describe("the period that is looked at", () => {
  it("is the last thirty days unless another is chosen", () => {
    expect(daysOf({}, "2026-03-01")).toEqual(["2026-01-31", "2026-03-01"]);
  });

  it.each([
    ["bulan-ini", "2026-11-01", "2026-11-21"],
    ["bulan-lalu", "2026-10-01", "2026-10-31"],
    ["triwulan-ini", "2026-10-01", "2026-11-21"],
    ["tahun-ini", "2026-01-01", "2026-11-21"],
  ] as const)("%s begins and ends with whole days", (masa, first, last) => {
    expect(daysOf({ masa }, "2026-11-21")).toEqual([first, last]);
  });

  it("of January's last month is December", () => {
    expect(daysOf({ masa: "bulan-lalu" }, "2026-01-05")).toEqual(["2025-12-01", "2025-12-31"]);
  });

  it.each([
    { dari: "2026-11-02", sampai: "2026-11-01" },
    { dari: "2026-11-02" },
    { dari: "kemarin", sampai: "2026-11-01" },
    { dari: "2010-01-01", sampai: "2026-11-01" },
  ])("is none for dates that make none", (dates) => {
    expect(daysOf({ masa: "sendiri", ...dates }, "2026-11-21")).toBeUndefined();
  });

  it("holds the whole last day in the office's zone", () => {
    const search = { masa: "sendiri", dari: "2026-11-01", sampai: "2026-11-01" } as const;
    expect(periodOf(search, new Date("2026-11-21T00:00:00Z"), "Asia/Makassar")).toEqual({
      from: "2026-10-31T16:00:00.000Z",
      to: "2026-11-01T16:00:00.000Z",
    });
  });
});
