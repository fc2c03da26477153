// The flow chart over the lanes, as SVG. Decoration only: the table beneath says the same in words.
import type { Edge } from "./flow";
import { type Point, arrowhead } from "./boxes";
import { type Arrow, type Drawing, type Label, type Link, type Placed } from "./geometry";
import type { StepState } from "../../lib/types";
import type { Progress } from "./progress";
import classes from "./swimlane.module.css";

interface Props {
  drawing: Drawing;
  progress: Progress;
  width: number;
  height: number;
}

const STATE_CLASS: Record<StepState, string> = {
  selesai: classes.done!,
  aktif: classes.active!,
  ulang: classes.active!,
  belum: classes.idle!,
  dilewati: classes.skipped!,
};

export function SwimlaneDrawing({ drawing, progress, width, height }: Props) {
  const stateOf = (no: number) => progress.states.get(no) ?? "belum";
  // Followed arrows come last, so that no waiting one is drawn over them.
  const arrows = [...drawing.arrows].sort((one, other) => rank(one.edge, progress) - rank(other.edge, progress));
  return (
    <svg className={classes.drawing} width={width} height={height} aria-hidden="true" focusable="false">
      {drawing.links.map((link) => (
        <LinkLine key={link.key} link={link} state={stateOf(link.no)} />
      ))}
      {arrows.map((arrow) => (
        <ArrowLine key={arrow.edge.key} arrow={arrow} className={edgeClass(arrow.edge, progress)} />
      ))}
      {drawing.shapes.map((placed) => (
        <ShapeMark key={placed.shape.key} placed={placed} state={stateOf(placed.shape.no)} />
      ))}
      {arrows.map(({ edge, label }) => label && <LabelText key={edge.key} label={label} />)}
    </svg>
  );
}

const isFollowed = (edge: Edge, { taken, states }: Progress) =>
  taken.has(edge.key) && (edge.back || states.get(edge.from) === "selesai");
const rank = (edge: Edge, progress: Progress) => (isFollowed(edge, progress) ? 1 : 0);

function edgeClass(edge: Edge, progress: Progress): string {
  const followed = isFollowed(edge, progress);
  const colour = edge.rework ? classes.rework : followed ? classes.done : classes.idle;
  return [colour, edge.back && classes.back, followed && classes.followed].filter(Boolean).join(" ");
}

function ArrowLine({ arrow, className }: { arrow: Arrow; className: string }) {
  const tip = arrow.points.at(-1);
  return (
    <g className={className}>
      <polyline className={classes.line} points={pointsText(arrow.points)} />
      {arrow.edge.to === null && tip ? (
        <circle className={classes.head} cx={tip.x} cy={tip.y} r={5} />
      ) : (
        <polygon className={classes.head} points={pointsText(arrowhead(arrow.points))} />
      )}
    </g>
  );
}

function LinkLine({ link, state }: { link: Link; state: StepState }) {
  return (
    <g className={STATE_CLASS[state]}>
      <polyline className={classes.line} points={pointsText(link.points)} />
      {link.directed && <polygon className={classes.head} points={pointsText(arrowhead(link.points))} />}
    </g>
  );
}

const MARK: Record<StepState, string | null> = { selesai: "✓", aktif: "▶", ulang: "▶", belum: null, dilewati: null };

function ShapeMark({ placed, state }: { placed: Placed; state: StepState }) {
  const { shape, x, y, width, height } = placed;
  return (
    <g className={STATE_CLASS[state]}>
      {shape.kind === "decision" ? (
        <polygon className={classes.shape} points={diamond(placed)} />
      ) : (
        <rect
          className={classes.shape}
          x={x - width / 2}
          y={y - height / 2}
          width={width}
          height={height}
          rx={shape.kind === "terminal" ? height / 2 : 0}
        />
      )}
      <text className={classes.mark} x={x} y={y} textAnchor="middle" dominantBaseline="central">
        {MARK[state] ?? shape.no}
      </text>
    </g>
  );
}

function diamond({ x, y, width, height }: Placed): string {
  return pointsText([
    { x, y: y - height / 2 },
    { x: x + width / 2, y },
    { x, y: y + height / 2 },
    { x: x - width / 2, y },
  ]);
}

function LabelText({ label }: { label: Label }) {
  const first = label.y - ((label.lines.length - 1) * 13) / 2;
  return (
    <text className={classes.label} textAnchor={label.anchor} dominantBaseline="central">
      {label.lines.map((line, index) => (
        <tspan key={line + String(index)} x={label.x} y={first + index * 13}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

const pointsText = (points: Point[]): string => points.map(({ x, y }) => `${x},${y}`).join(" ");
