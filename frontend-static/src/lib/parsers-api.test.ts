import { describe, expect, it } from "vitest";
import { bodyFor, eventText, namedOf, type LogSource } from "./parsers-api";

const source = (change: Partial<LogSource>): LogSource =>
  ({ nama: "fw-1", dimatikan: false, format: "auto", ...change }) as LogSource;

describe("what is sent to try a parser", () => {
  it("has a format string only where lines are read as an access log", () => {
    const form = { baris: "x", formatString: " %h %t %r ", format: "auto" };

    expect(bodyFor(form).format_string).toBe("%h %t %r");
    expect(bodyFor({ ...form, format: "syslog" }).format_string).toBeNull();
    expect(bodyFor({ ...form, formatString: "  " }).format_string).toBeNull();
  });
});

describe("sources that can be given a format", () => {
  it("have a name and are not disabled", () => {
    const sources = [source({}), source({ nama: null }), source({ dimatikan: true })];

    expect(namedOf(sources)).toEqual([source({})]);
  });
});

describe("an event as text", () => {
  it("stays text, whatever it holds, and is ordered by name", () => {
    expect(eventText({ "url.path": "<script>", "@timestamp": "t" })).toBe(
      '{\n  "@timestamp": "t",\n  "url.path": "<script>"\n}',
    );
  });
});
