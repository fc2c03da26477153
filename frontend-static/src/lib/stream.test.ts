import { describe, expect, it } from "vitest";
import { parseChange, staleKeys } from "./stream";

describe("a message of the live stream", () => {
  it("names a topic and a subject", () => {
    expect(parseChange('{"topic":"alert","subject":"a1"}')).toEqual({ topic: "alert", subject: "a1" });
  });

  it.each(["", "nonsense", "null", "[]", '{"subject":"a1"}', '{"topic":7}'])("is dropped when it is %j", (text) => {
    expect(parseChange(text)).toBeNull();
  });

  it("about a detection never makes the shown queue stale, only its newest page", () => {
    const keys = staleKeys({ topic: "alert", subject: "a1" });

    expect(keys).toEqual([
      ["alerts", "newest"],
      ["alerts", "one", "a1"],
    ]);
  });
});
