// The swimlane on a narrow screen: the same steps, one under the other.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { durationText } from "../../lib/format";
import type { SopStep, StepState } from "../../lib/types";
import { useLanguage } from "../../lib/use-formatter";
import { isActive } from "./progress";
import { AnswerNotes, DoneBy, laneNames, Remaining, stateText, type ViewProps } from "./step-words";
import classes from "./swimlane.module.css";

const BULLET: Record<StepState, { mark: string | null; className: string }> = {
  selesai: { mark: "✓", className: classes.done! },
  aktif: { mark: "▶", className: classes.active! },
  ulang: { mark: "▶", className: classes.active! },
  belum: { mark: null, className: classes.idle! },
  dilewati: { mark: null, className: classes.skipped! },
};

export function SwimlaneList(props: ViewProps) {
  const { t } = useTranslation();
  return (
    <ol className={classes.list} aria-label={t("sop.tableLabel", { judul: props.sop.judul })}>
      {props.sop.langkah.map((step) => (
        <StepItem key={step.no} step={step} {...props} />
      ))}
    </ol>
  );
}

function StepItem({ step, ...view }: ViewProps & { step: SopStep }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const state = view.progress.states.get(step.no) ?? "belum";
  const bullet = BULLET[state];
  return (
    <li className={classes.listItem} aria-current={isActive(state) ? "step" : undefined}>
      <span className={`${classes.bullet} ${bullet.className}`} aria-hidden="true">
        <span>{bullet.mark ?? step.no}</span>
      </span>
      <div className={`${classes.card} ${isActive(state) ? classes.activeCard : ""} hostile`}>
        <Text size="xs" c="dimmed">
          {view.run ? stateText(t, step.no, view) : t("sop.step", { no: step.no })}
        </Text>
        <Text fw={600}>{step.uraian}</Text>
        <AnswerNotes step={step} conditional={false} />
        <AnswerNotes step={step} conditional />
        <DoneBy no={step.no} progress={view.progress} />
        <dl className={classes.facts}>
          <dt>{t("sop.pelaksana")}</dt>
          <dd>{laneNames(step, view.sop, language)}</dd>
          <dt>{t("sop.kelengkapan")}</dt>
          <dd>{step.kelengkapan.map(({ nama }) => nama).join(", ") || "–"}</dd>
          <dt>{t("sop.waktu")}</dt>
          <dd>
            {durationText(t, language, step.waktu)}
            <Remaining no={step.no} run={view.run} />
          </dd>
          <dt>{t("sop.output")}</dt>
          <dd>{step.output.map(({ nama }) => nama).join(", ") || "–"}</dd>
        </dl>
      </div>
    </li>
  );
}
