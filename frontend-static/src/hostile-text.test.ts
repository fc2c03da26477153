// Everything shown came from an attacker: nothing in the page may turn text into markup or code.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FORBIDDEN = [
  "dangerously" + "SetInnerHTML",
  "inner" + "HTML",
  "outer" + "HTML",
  "insertAdjacent" + "HTML",
  "document." + "write",
  "eval" + "(",
  "new " + "Function",
];

function sources(): string[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith(join("lib", "client")))
    .map((name) => join("src", name));
}

describe("the page's sources", () => {
  it.each(FORBIDDEN)("never use %s", (word) => {
    const users = sources().filter((path) => readFileSync(path, "utf8").includes(word));

    expect(users).toEqual([]);
  });

  it("keep scripts and styles out of the HTML", () => {
    const html = readFileSync("index.html", "utf8");

    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/<style|\son\w+=|https?:/);
  });
});
