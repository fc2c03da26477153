import { describe, expect, it } from "vitest";
import type { Sop } from "../../lib/types";
import { flowOf } from "./flow";
import { arrowhead, boxOf, overlaps, segments, shrunk } from "./boxes";
import { covers, draw, labelBox, shapeBox, wrap, type Drawing } from "./geometry";
import { ENDING, REWORK, SELF_LOOP, SKIPS } from "./samples";

const ROW_HEIGHT = 60;
const LANE_WIDTH = 104;

function drawn(sop: Sop): Drawing {
  const flow = flowOf(sop, { labelOf: ({ label }) => label.id, again: (label, no) => `${label}: ulang langkah ${no}` });
  const rows = sop.langkah.map((_, index) => ({ y: 80 + index * ROW_HEIGHT, height: ROW_HEIGHT }));
  const columns = sop.lajur.map((_, index) => ({ x: 300 + index * LANE_WIDTH, width: LANE_WIDTH }));
  return draw(flow, rows, columns);
}

const SOPS = { REWORK, SKIPS, SELF_LOOP, ENDING };

describe.each(Object.entries(SOPS))("the chart of %s", (_name, sop) => {
  const drawing = drawn(sop);

  it("has an arrow for every way", () => {
    const ways = flowOf(sop, { labelOf: () => "", again: () => "" }).edges.map(({ key }) => key);

    expect(drawing.arrows.map(({ edge }) => edge.key)).toEqual(ways);
  });

  it("lets every arrow begin and end on the edge of its shapes", () => {
    for (const { edge, points } of drawing.arrows) {
      const touches = (no: number, index: number) =>
        drawing.shapes.some(
          (one) => one.shape.no === no && overlaps(shapeBox(one), boxOf(points.at(index)!, points.at(index)!)),
        );
      expect(touches(edge.from, 0), `${edge.key} begins`).toBe(true);
      if (edge.to !== null) expect(touches(edge.to, -1), `${edge.key} ends`).toBe(true);
    }
  });

  it("runs no arrow through a shape", () => {
    for (const { edge, points } of drawing.arrows) {
      const lines = segments(points).map(([from, to]) => boxOf(from, to));
      const hit = drawing.shapes.filter((shape) => lines.some((line) => overlaps(shrunk(shapeBox(shape)), line)));
      expect(
        hit.map(({ shape }) => shape.key),
        edge.key,
      ).toEqual([]);
    }
  });

  it("draws lines across and down only", () => {
    for (const { points } of drawing.arrows) {
      for (const [from, to] of segments(points)) expect(from.x === to.x || from.y === to.y).toBe(true);
    }
  });

  it("keeps labels off the shapes and off one another", () => {
    const labels = drawing.arrows.flatMap(({ label }) => (label ? [labelBox(label)] : []));
    for (const [index, label] of labels.entries()) {
      expect(drawing.shapes.filter((shape) => covers(shape, label))).toEqual([]);
      expect(labels.slice(index + 1).filter((other) => overlaps(label, other))).toEqual([]);
    }
  });
});

describe("a chart", () => {
  it("is empty until the table has been measured", () => {
    const flow = flowOf(REWORK, { labelOf: () => "", again: () => "" });

    expect(draw(flow, [], [])).toEqual({ shapes: [], links: [], arrows: [] });
  });

  it("keeps two ways into one step on tracks of their own", () => {
    const columnsOf = (key: string) => drawn(SKIPS).arrows.find(({ edge }) => edge.key === key)?.points[1]?.x;

    expect(columnsOf("2>7")).not.toBe(columnsOf("4>7"));
  });

  it("joins executors who act in order by an arrow, and others by a line", () => {
    const links = drawn(SKIPS).links.map(({ no, directed }) => [no, directed]);

    expect(links).toEqual([
      [3, false],
      [5, true],
      [6, false],
      [7, false],
    ]);
  });
});

it("an arrowhead points where its last line goes", () => {
  const [tip, ...back] = arrowhead([
    { x: 0, y: 0 },
    { x: 0, y: 20 },
  ]);

  expect(tip).toEqual({ x: 0, y: 20 });
  expect(back.every(({ y }) => y === 11)).toBe(true);
});

it("a long label breaks at its spaces and loses no word", () => {
  const text = "Belum tuntas: ulang langkah 7";

  expect(wrap(text)).toEqual(["Belum tuntas:", "ulang langkah 7"]);
  expect(wrap(text).join(" ")).toBe(text);
});
