import { describe, expect, it } from "vitest";
import { filterFor } from "./rules-api";

describe("a filter to begin with", () => {
  it("names the rule and its log source", () => {
    const sigma = filterFor({ id: "r1", title: "Webshell", logsource: { category: "webserver" } });

    expect(sigma).toContain('logsource:\n  category: "webserver"\nfilter:\n  rules:\n    - "r1"\n');
  });

  it("keeps a hostile title within its quotes", () => {
    const sigma = filterFor({ id: "r1", title: 'x"\nfilter: {}', logsource: {} });

    expect(sigma.split("\n")[0]).toBe('title: "Pengecualian: x\\"\\nfilter: {}"');
  });
});
