// What both views of the swimlane say about a step: its state, its answers, its remaining time.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { signerOf } from "../../lib/signature";
import type { HistoryEntry, Sop, SopStep } from "../../lib/types";
import type { Language } from "../../lib/format";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { inLanguage } from "../../lib/words";
import { DueText } from "../due-text";
import { laneIndexes, shortLabel } from "./flow";
import type { Progress } from "./progress";
import type { LiveRun } from "./swimlane";
import classes from "./swimlane.module.css";

export interface ViewProps {
  sop: Sop;
  run: LiveRun | null;
  progress: Progress;
}

/** "Langkah 7: sedang dilaksanakan, putaran ke-2" */
export function stateText(t: TFunction, no: number, { progress, run }: ViewProps): string {
  const rounds = run?.putaran[String(no)] ?? 0;
  const state = t(`stepState.${progress.states.get(no) ?? "belum"}`);
  const round = rounds > 1 ? `, ${t("incident.round", { count: rounds })}` : "";
  return `${t("sop.step", { no })}: ${state}${round}`;
}

export const laneNames = (step: SopStep, sop: Sop, language: Language): string =>
  laneIndexes(step, sop)
    .flatMap((index) => sop.lajur[index] ?? [])
    .map(({ judul }) => inLanguage(judul, language))
    .join(", ");

/** Where each answer leads, in words; those for a step that came back say so. */
export function AnswerNotes({ step, conditional }: { step: SopStep; conditional: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const answers = step.keputusan.filter((one) => one.hanya_bila_kembali === conditional);
  if (answers.length === 0) return null;
  const texts = answers.map(
    (one) =>
      `${shortLabel(inLanguage(one.label, language))} → ${one.ke === null ? t("sop.end") : t("sop.toStep", { no: one.ke })}`,
  );
  return (
    <span className={classes.note}>
      {conditional && `${t("sop.whenReturned")}: `}
      {texts.join("; ")}
    </span>
  );
}

/** Who finished the step last, and when. */
export function DoneBy({ no, progress }: { no: number; progress: Progress }) {
  const format = useFormatter();
  const isEnglish = useLanguage() === "en";
  const entry = progress.latest.get(no);
  if (entry === undefined || progress.states.get(no) !== "selesai" || !entry.pada) return null;
  const label = isEnglish ? entry.keputusan_label_en : entry.keputusan_label;
  return (
    <span className={`${classes.note} hostile`}>
      ✓ {shortSigner(entry)}, {format.short(entry.pada)}
      {label ? ` · ${label}` : ""}
    </span>
  );
}

/** The name alone, unless it was done in somebody's place: then that is said too. */
function shortSigner(entry: HistoryEntry): string {
  return (entry.mandat || entry.atas_nama ? signerOf(entry) : entry.oleh) ?? "–";
}

/** How long an active step has left, in working time as the server counts it. */
export function Remaining({ no, run }: { no: number; run: LiveRun | null }) {
  const due = run?.tenggat.find((one) => one.no === no);
  return due === undefined ? null : <DueText due={due} />;
}
