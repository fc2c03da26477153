import { describe, expect, it } from "vitest";
import en from "../locales/en.json";
import id from "../locales/id.json";

type Tree = { [key: string]: string | Tree };

const leaves = (tree: Tree, path = ""): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe("the two language files", () => {
  it("have the same keys", () => {
    const keys = (tree: Tree) => leaves(tree).map(([key]) => key);

    expect(keys(en)).toEqual(keys(id));
  });

  it("leave no text empty", () => {
    const empty = [...leaves(id), ...leaves(en)].filter(([, text]) => text.trim() === "");

    expect(empty).toEqual([]);
  });

  it("fill in the same values", () => {
    const english = new Map(leaves(en));
    const different = leaves(id).filter(
      ([key, text]) => placeholders(text).join() !== placeholders(english.get(key) ?? "").join(),
    );

    expect(different).toEqual([]);
  });
});
