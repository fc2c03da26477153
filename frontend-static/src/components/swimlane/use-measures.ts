// Where the browser put the table's rows and lanes, measured again whenever the table changes size.
import { useLayoutEffect, useState, type RefObject } from "react";
import type { Column, Row } from "./geometry";

export interface Measures {
  width: number;
  height: number;
  rows: Row[];
  columns: Column[];
}

const NOTHING: Measures = { width: 0, height: 0, rows: [], columns: [] };

/** Rows carry `data-step`, lane headings `data-lane`; all are measured against the frame around the table. */
export function useMeasures(frame: RefObject<HTMLElement | null>): Measures {
  const [measures, setMeasures] = useState(NOTHING);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => {
      const next = measureTable(element);
      setMeasures((known) => (JSON.stringify(known) === JSON.stringify(next) ? known : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const row of element.querySelectorAll("[data-step]")) observer.observe(row);
    return () => observer.disconnect();
  });
  return measures;
}

function measureTable(frame: HTMLElement): Measures {
  const origin = frame.getBoundingClientRect();
  const boxes = (selector: string) => [...frame.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  return {
    width: origin.width,
    height: origin.height,
    rows: boxes("[data-step]").map(({ top, height }) => ({ y: top - origin.top, height })),
    columns: boxes("[data-lane]").map(({ left, width }) => ({ x: left - origin.left, width })),
  };
}
