import { describe, expect, it } from "vitest";
import { exportUrl, isCountable } from "./events-api";

describe("the address of an export", () => {
  it("carries the query as it is, and no time that was not chosen", () => {
    const url = new URL(exportUrl({ q: 'user.name:"a&b=c#d"', from: "2026-11-20T00:00:00Z" }, "csv", 50), "http://x");

    expect(url.pathname).toBe("/api/v1/events/export");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      q: 'user.name:"a&b=c#d"',
      from: "2026-11-20T00:00:00Z",
      format: "csv",
      limit: "50",
    });
  });
});

describe("fields whose values are counted", () => {
  it("are all but times, ids and long texts", () => {
    const kinds = ["time", "id", "text", "keyword", "mixed", "address", "number", "date"];

    expect(kinds.filter((kind) => isCountable({ name: "x", kind, events: 1 }))).toEqual(kinds.slice(3));
  });
});
