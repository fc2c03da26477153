import { describe, expect, it } from "vitest";
import { narrow, queryOfGroup, term } from "./event-query";

describe("a query made from an event's values", () => {
  it("quotes what an attacker wrote, so that it stays a value", () => {
    expect(term("user.name", 'x" OR *:"\\')).toBe('user.name:"x\\" OR *:\\"\\\\"');
  });

  it("asks for all fields of a group", () => {
    expect(queryOfGroup({ "source.ip": "203.0.113.9", "host.name": "web-1" })).toBe(
      'source.ip:"203.0.113.9" AND host.name:"web-1"',
    );
  });

  it("leaves out what a detector derived, which no event has", () => {
    expect(queryOfGroup({ "source.ip": "10.0.0.9", "threat.indicator.name": "jahat.example" })).toBe(
      'source.ip:"10.0.0.9"',
    );
  });

  it("narrows what was asked before, without changing its meaning", () => {
    expect(narrow("a OR b", "host.name", "web-1", false)).toBe('(a OR b) AND NOT host.name:"web-1"');
  });

  it("replaces the query that finds everything", () => {
    expect(narrow("*", "host.name", "web-1", true)).toBe('host.name:"web-1"');
  });
});
