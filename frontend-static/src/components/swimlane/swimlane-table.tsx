// The swimlane as the SOP prints it: a real table, with the shapes and arrows drawn over its lanes.
import { VisuallyHidden } from "@mantine/core";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { durationText } from "../../lib/format";
import type { SopItem, SopLane, SopStep } from "../../lib/types";
import { useLanguage } from "../../lib/use-formatter";
import { inLanguage } from "../../lib/words";
import { SwimlaneDrawing } from "./drawing";
import { flowOf, laneIndexes } from "./flow";
import { draw } from "./geometry";
import { isActive } from "./progress";
import { AnswerNotes, DoneBy, Remaining, stateText, type ViewProps } from "./step-words";
import classes from "./swimlane.module.css";
import { useMeasures } from "./use-measures";

export function SwimlaneTable(props: ViewProps) {
  const { sop, progress } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const frame = useRef<HTMLDivElement>(null);
  const { width, height, rows, columns } = useMeasures(frame);
  const flow = useMemo(
    () =>
      flowOf(sop, {
        labelOf: ({ label }) => inLanguage(label, language),
        again: (label, no) => t("sop.again", { label, no }),
      }),
    [sop, t, language],
  );
  const drawing = useMemo(() => draw(flow, rows, columns), [flow, rows, columns]);
  return (
    <div className="scroll-x" role="region" aria-label={t("sop.tableLabel", { judul: sop.judul })} tabIndex={0}>
      <div className={classes.frame} ref={frame}>
        <table className={classes.table}>
          <Head lanes={flow.lanes} />
          <tbody>
            {sop.langkah.map((step) => (
              <StepRow key={step.no} step={step} lanes={flow.lanes} {...props} />
            ))}
          </tbody>
        </table>
        <SwimlaneDrawing drawing={drawing} progress={progress} width={width} height={height} />
      </div>
    </div>
  );
}

function Head({ lanes }: { lanes: SopLane[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <thead>
      <tr>
        <th rowSpan={2} scope="col" className={classes.no}>
          {t("sop.no")}
        </th>
        <th rowSpan={2} scope="col" className={classes.uraian}>
          {t("sop.uraian")}
        </th>
        <th colSpan={lanes.length} scope="colgroup">
          {t("sop.pelaksana")}
        </th>
        <th colSpan={3} scope="colgroup">
          {t("sop.mutuBaku")}
        </th>
      </tr>
      <tr>
        {lanes.map(({ id, judul }) => (
          <th key={id} scope="col" className={`${classes.lane} hostile`} data-lane={id}>
            {inLanguage(judul, language)}
          </th>
        ))}
        <th scope="col" className={classes.quality}>
          {t("sop.kelengkapan")}
        </th>
        <th scope="col" className={classes.time}>
          {t("sop.waktu")}
        </th>
        <th scope="col" className={classes.quality}>
          {t("sop.output")}
        </th>
      </tr>
    </thead>
  );
}

function StepRow({ step, lanes, ...view }: ViewProps & { step: SopStep; lanes: SopLane[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isNow = isActive(view.progress.states.get(step.no));
  const own = laneIndexes(step, view.sop);
  return (
    <tr data-step={step.no} className={isNow ? classes.activeRow : undefined} aria-current={isNow ? "step" : undefined}>
      <th scope="row" className={classes.no}>
        {step.no}
        {step.no_asli !== String(step.no) && (
          <div className={classes.printed}>{t("sop.printedNo", { no: step.no_asli })}</div>
        )}
        {view.run && <VisuallyHidden>. {stateText(t, step.no, view)}</VisuallyHidden>}
      </th>
      <td className={`${classes.uraian} hostile`}>
        {view.run ? inLanguage(step.ringkas, language) || step.uraian : step.uraian}
        <AnswerNotes step={step} conditional />
        <VisuallyHidden>
          <AnswerNotes step={step} conditional={false} />
        </VisuallyHidden>
        <DoneBy no={step.no} progress={view.progress} />
      </td>
      {lanes.map((lane, index) => (
        <td key={lane.id}>
          {own.includes(index) && (
            <VisuallyHidden>{view.run ? stateText(t, step.no, view) : t("sop.step", { no: step.no })}</VisuallyHidden>
          )}
        </td>
      ))}
      <td className={classes.quality}>{namesOf(step.kelengkapan)}</td>
      <td className={classes.time}>
        {durationText(t, language, step.waktu)}
        <Remaining no={step.no} run={view.run} />
      </td>
      <td className={classes.quality}>{namesOf(step.output)}</td>
    </tr>
  );
}

const namesOf = (items: SopItem[]): string => items.map(({ nama }) => nama).join(", ") || "–";
