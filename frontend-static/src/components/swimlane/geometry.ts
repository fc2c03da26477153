// Where the flow chart's shapes and arrows go, given the table's rows and lanes in pixels. Pure.
import { boxOf, grown, overlaps, segments, shrunk, type Box, type Point } from "./boxes";
import type { Edge, Flow, Shape, ShapeKind, StepShapes } from "./flow";

export interface Row {
  y: number;
  height: number;
}

export interface Column {
  x: number;
  width: number;
}

/** A shape with its centre and size. */
export interface Placed extends Point {
  shape: Shape;
  width: number;
  height: number;
}

export interface Label extends Point {
  lines: string[];
  anchor: "start" | "middle" | "end";
}

export interface Arrow {
  edge: Edge;
  points: Point[];
  label: Label | null;
}

/** A line between two shapes of one step; with an arrowhead where they act one after the other. */
export interface Link {
  key: string;
  no: number;
  points: [Point, Point];
  directed: boolean;
}

export interface Drawing {
  shapes: Placed[];
  links: Link[];
  arrows: Arrow[];
}

const SIZE: Record<ShapeKind, { width: number; height: number }> = {
  terminal: { width: 54, height: 26 },
  process: { width: 54, height: 26 },
  decision: { width: 44, height: 40 },
};
/** Offsets from a lane's border, so that arrows in one gutter run side by side and none on the border itself. */
const TRACKS = [7, -7, 14, -14];
const CHARACTER_WIDTH = 6.1;
const LINE_HEIGHT = 13;
const LABEL_CHARACTERS = 17;
const COST = {
  throughShape: 1000,
  onLine: 200,
  throughLabel: 60,
  crossing: 12,
  pixel: 0.05,
  labelOnShape: 400,
  labelOutside: 300,
  labelOnLine: 25,
};

export function draw(flow: Flow, rows: Row[], columns: Column[]): Drawing {
  if (columns.length < flow.lanes.length || rows.length < flow.steps.length)
    return { shapes: [], links: [], arrows: [] };
  const placed = new Map<string, Placed>();
  flow.steps.forEach((step, index) => {
    for (const shape of step.shapes) placed.set(shape.key, place(shape, rows[index]!, columns[shape.lane]!));
  });
  const links = flow.steps.flatMap((step) => linksOf(step, placed));
  return { shapes: [...placed.values()], links, arrows: route(flow, { rows, columns, placed, links }) };
}

function place(shape: Shape, row: Row, column: Column): Placed {
  return { shape, ...SIZE[shape.kind], x: column.x + column.width / 2, y: row.y + row.height / 2 };
}

function linksOf(step: StepShapes, placed: Map<string, Placed>): Link[] {
  const ordered = step.inOrder ? step.shapes : [...step.shapes].sort((one, other) => one.lane - other.lane);
  return ordered.slice(1).map((shape, index) => {
    const from = placed.get(ordered[index]!.key)!;
    const to = placed.get(shape.key)!;
    const points: [Point, Point] = [side(from, to.x), side(to, from.x)];
    return { key: `${from.shape.key}-${to.shape.key}`, no: step.no, points, directed: step.inOrder };
  });
}

/** The middle of the shape's left or right side, whichever faces `x`. */
const side = (shape: Placed, x: number): Point => ({
  x: shape.x + (x > shape.x ? 1 : -1) * (shape.width / 2),
  y: shape.y,
});

interface Ground {
  rows: Row[];
  columns: Column[];
  placed: Map<string, Placed>;
  links: Link[];
}

interface Drawn {
  points: Point[];
  to: number | null;
}

/** Arrows to the next row first, since they have no choice; the others go round what is there. */
function route(flow: Flow, ground: Ground): Arrow[] {
  const index = new Map(flow.steps.map((step, position) => [step.no, position]));
  const drawn: Drawn[] = ground.links.map(({ points }) => ({ points, to: null }));
  const labels: Box[] = [];
  const arrows = new Map<string, Arrow>();
  const isNext = ({ from, to }: Edge) => to !== null && index.get(to) === (index.get(from) ?? 0) + 1;
  const ends = (edge: Edge) => {
    const source = flow.steps[index.get(edge.from) ?? -1];
    const target = edge.to === null ? undefined : flow.steps[index.get(edge.to) ?? -1];
    return {
      source: source && ground.placed.get(source.exit.key),
      target: target && ground.placed.get(target.entry.key),
    };
  };
  const keep = (arrow: Arrow) => {
    arrows.set(arrow.edge.key, arrow);
    drawn.push({ points: arrow.points, to: arrow.edge.to });
    if (arrow.label) labels.push(labelBox(arrow.label));
  };
  for (const edge of flow.edges.filter(isNext)) {
    const { source, target } = ends(edge);
    if (source && target) keep(stepDown(edge, source, target, { ...ground, drawn, labels }));
  }
  for (const edge of flow.edges.filter((one) => !isNext(one))) {
    const { source, target } = ends(edge);
    if (source && (target || edge.to === null)) keep(goRound(edge, source, target, { ...ground, drawn, labels }));
  }
  return flow.edges.flatMap((edge) => arrows.get(edge.key) ?? []);
}

function stepDown(edge: Edge, source: Placed, target: Placed, field: Field): Arrow {
  const border = rowOf(target, field.rows).y;
  const start = { x: source.x, y: source.y + source.height / 2 };
  const end = { x: target.x, y: target.y - target.height / 2 };
  const bend =
    source.x === target.x
      ? []
      : [
          { x: start.x, y: border },
          { x: end.x, y: border },
        ];
  const points = [start, ...bend, end];
  if (!edge.label) return { edge, points, label: null };
  const beside: Label = { x: source.x + 13, y: border - 7, lines: [edge.label], anchor: "start" };
  const places: Label[] = [beside, { ...beside, x: source.x - 13, anchor: "end" }];
  return { edge, points, label: cheapest(places, (place) => labelCost(place, points, field)).value };
}

interface Field extends Ground {
  drawn: Drawn[];
  labels: Box[];
}

function goRound(edge: Edge, source: Placed, target: Placed | undefined, field: Field): Arrow {
  const ways = gutters(field.columns).map((x) => {
    const points = target ? pathThrough(x, source, target, field.rows) : stub(x, source);
    return { edge, points, ...bestLabel(edge, points, field) };
  });
  const { value } = cheapest(ways, (way) => pathCost(way.points, edge, field) + way.cost);
  return { edge, points: value.points, label: value.label };
}

/** The x of every track a vertical line may run on; at the outer borders only inward. */
export function gutters(columns: Column[]): number[] {
  const last = columns.at(-1)!;
  const borders = [...columns.map(({ x }) => x), last.x + last.width];
  return borders.flatMap((border, index) =>
    TRACKS.filter((offset) => (index > 0 || offset > 0) && (index < columns.length || offset < 0)).map(
      (offset) => border + offset,
    ),
  );
}

function pathThrough(x: number, source: Placed, target: Placed, rows: Row[]): Point[] {
  const start = side(source, x);
  if (source !== target) {
    const end = side(target, x);
    return [start, { x, y: start.y }, { x, y: end.y }, end];
  }
  // A step that repeats itself: out at the side, back in from just above, however tall the row.
  const top = source.y - source.height / 2;
  const above = Math.max(rowOf(source, rows).y + 3, top - LOOP_RISE);
  return [start, { x, y: start.y }, { x, y: above }, { x: source.x, y: above }, { x: source.x, y: top }];
}

/** How far above its shape a repeating arrow turns: room for its head. */
const LOOP_RISE = 18;

const rowOf = (placed: Placed, rows: Row[]): Row =>
  rows.find(({ y, height }) => placed.y >= y && placed.y <= y + height)!;

const stub = (x: number, source: Placed): Point[] => [side(source, x), { x, y: source.y }];

function pathCost(points: Point[], edge: Edge, { placed, drawn, labels }: Field): number {
  let cost = 0;
  for (const [from, to] of segments(points)) {
    const line = boxOf(from, to);
    cost += (Math.abs(from.x - to.x) + Math.abs(from.y - to.y)) * COST.pixel;
    for (const shape of placed.values()) if (overlaps(shrunk(shapeBox(shape)), line)) cost += COST.throughShape;
    for (const label of labels) if (overlaps(label, line)) cost += COST.throughLabel;
    for (const other of drawn) {
      for (const [start, end] of segments(other.points)) {
        if (!overlaps(grown(boxOf(start, end), 3), line)) continue;
        const parallel = (from.x === to.x) === (start.x === end.x);
        // Two arrows into one step may share their last stretch; that is how such charts are drawn.
        if (parallel && !(edge.to !== null && other.to === edge.to)) cost += COST.onLine;
        else cost += COST.crossing;
      }
    }
  }
  return cost;
}

function bestLabel(edge: Edge, points: Point[], field: Field): { label: Label | null; cost: number } {
  if (!edge.label) return { label: null, cost: 0 };
  const { value, cost } = cheapest(labelPlaces(edge, points, field.rows), (label) => labelCost(label, points, field));
  return { label: value, cost };
}

/** The first of those that cost least. */
function cheapest<Value>(values: Value[], costOf: (value: Value) => number): { value: Value; cost: number } {
  const costs = values.map((value) => ({ value, cost: costOf(value) }));
  return costs.reduce((one, other) => (other.cost < one.cost ? other : one));
}

function labelPlaces(edge: Edge, points: Point[], rows: Row[]): Label[] {
  const lines = wrap(edge.label);
  const [, corner, far] = points;
  if (corner === undefined) return [];
  const low = Math.min(corner.y, far?.y ?? corner.y);
  const high = Math.max(corner.y, far?.y ?? corner.y);
  const between = rows.map(({ y, height }) => y + height / 2).filter((middle) => middle > low && middle < high);
  // Nearest to the decision first: that is where the reader looks for the answer.
  between.sort((one, other) => Math.abs(one - corner.y) - Math.abs(other - corner.y));
  const heights = [...between, corner.y - 16, corner.y + 16, (low + high) / 2];
  return heights.flatMap((y): Label[] => [
    { x: corner.x, y, lines, anchor: "middle" },
    { x: corner.x + 5, y, lines, anchor: "start" },
    { x: corner.x - 5, y, lines, anchor: "end" },
  ]);
}

function labelCost(label: Label, own: Point[], { placed, drawn, labels, columns }: Field): number {
  const box = labelBox(label);
  const last = columns.at(-1)!;
  let cost = 0;
  for (const shape of placed.values()) if (covers(shape, box)) cost += COST.labelOnShape;
  for (const other of labels) if (overlaps(other, box)) cost += COST.labelOnShape;
  if (box.left < columns[0]!.x || box.right > last.x + last.width) cost += COST.labelOutside;
  for (const { points } of [...drawn, { points: own }]) {
    for (const [from, to] of segments(points)) if (overlaps(boxOf(from, to), box)) cost += COST.labelOnLine;
  }
  return cost;
}

/** Breaks a label at spaces into lines an arrow has room for. */
export function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= LABEL_CHARACTERS)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function labelBox({ x, y, lines, anchor }: Label): Box {
  const width = Math.max(...lines.map((line) => line.length)) * CHARACTER_WIDTH;
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  const height = lines.length * LINE_HEIGHT;
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
}

export const shapeBox = ({ x, y, width, height }: Placed): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});

/** Whether a box touches the shape itself: a diamond leaves the corners of its frame free. */
export function covers({ shape, x, y, width, height }: Placed, box: Box): boolean {
  const across = Math.max(0, box.left - x, x - box.right) / (width / 2);
  const down = Math.max(0, box.top - y, y - box.bottom) / (height / 2);
  return shape.kind === "decision" ? across + down < 1 : across < 1 && down < 1;
}
