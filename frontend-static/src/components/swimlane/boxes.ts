// Points, lines and boxes in pixels: the small arithmetic under the flow chart. Pure.

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function segments(points: Point[]): [Point, Point][] {
  return points.slice(1).map((point, index) => [points[index]!, point]);
}

export const boxOf = (one: Point, other: Point): Box => ({
  left: Math.min(one.x, other.x),
  right: Math.max(one.x, other.x),
  top: Math.min(one.y, other.y),
  bottom: Math.max(one.y, other.y),
});

export const overlaps = (one: Box, other: Box): boolean =>
  one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;

export const grown = (box: Box, by: number): Box => ({
  left: box.left - by,
  right: box.right + by,
  top: box.top - by,
  bottom: box.bottom + by,
});

/** A line that only touches a shape's edge does not run through it. */
export const shrunk = (box: Box): Box => grown(box, -2);

/** The corners of an arrowhead whose tip is the last point. */
export function arrowhead(points: Point[]): Point[] {
  const [before, tip] = points.slice(-2);
  if (before === undefined || tip === undefined) return [];
  const dx = Math.sign(tip.x - before.x);
  const dy = Math.sign(tip.y - before.y);
  // No longer than the line it ends.
  const length = Math.min(9, Math.abs(tip.x - before.x) + Math.abs(tip.y - before.y));
  const back = { x: tip.x - dx * length, y: tip.y - dy * length };
  return [tip, { x: back.x + dy * 4.5, y: back.y + dx * 4.5 }, { x: back.x - dy * 4.5, y: back.y - dx * 4.5 }];
}
