import { describe, expect, it } from "vitest";
import { bodyFor, eventText } from "./parsers-api";

describe("what is sent to try a parser", () => {
  it("has a format string only where lines are read as an access log", () => {
    const form = { baris: "x", formatString: " %h %t %r ", format: "auto", zona: "" };

    expect(bodyFor(form).format_string).toBe("%h %t %r");
    expect(bodyFor({ ...form, format: "syslog" }).format_string).toBeNull();
    expect(bodyFor({ ...form, formatString: "  " }).format_string).toBeNull();
  });
});

describe("an event as text", () => {
  it("stays text, whatever it holds, and is ordered by name", () => {
    expect(eventText({ "url.path": "<script>", "@timestamp": "t" })).toBe(
      '{\n  "@timestamp": "t",\n  "url.path": "<script>"\n}',
    );
  });
});
