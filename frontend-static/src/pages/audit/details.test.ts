import { describe, expect, it } from "vitest";
import { detailsOf, inWords } from "./details";

describe("what an entry says", () => {
  it("is read fact by fact, without what is empty or means nothing to a reader", () => {
    const details = '{"alasan": "Salah lapor", "kosong": "", "lampiran": [], "tidak": null, "penguasaan": {"a": "b"}}';
    expect(detailsOf(details)).toEqual([["alasan", "Salah lapor"]]);
  });

  it.each(["", "[1]", '"teks"', "{", "null"])("of %j says nothing", (details) => {
    expect(detailsOf(details)).toEqual([]);
  });

  it.each([
    [["a", "b"], "a, b"],
    [{ a: 1, b: ["c"] }, "a: 1; b: c"],
    [true, "✓"],
    ["<b>", "<b>"],
    ["diunduh_terkunci", "diunduh terkunci"],
    [{ "01m7zdf0en603q6pt4enhzn3m1": "abc" }, "abc"],
    ["01m7zdf0en603q6pt4enhzn3m1", ""],
  ])("is said in words: %j", (value, text) => {
    expect(inWords(value)).toBe(text);
  });
});
