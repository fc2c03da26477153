// What was done and said at each step so far: every act with its answer and test number, and the notes between.
import { Accordion, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { groundsOf, signerOf } from "../../lib/signature";
import type { HistoryEntry, IncidentDetail, StepNote } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { Proof } from "./proof";

export function StepHistory({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const lines = linesOf(incident);
  if (lines.length === 0) return null;
  return (
    <Accordion variant="contained" order={2}>
      <Accordion.Item value="history">
        <Accordion.Control>{t("history.title", { count: lines.length })}</Accordion.Control>
        <Accordion.Panel>
          <ol className="plain-list hostile">
            {lines.map((line, index) => (
              <li key={`${line.pada}.${index}`} style={{ marginBottom: 12 }}>
                {"status" in line ? <ActLine incidentId={incident.id} act={line} /> : <NoteLine note={line} />}
              </li>
            ))}
          </ol>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

type Line = HistoryEntry | StepNote;

function linesOf({ riwayat, catatan }: IncidentDetail): Line[] {
  const acts: Line[] = riwayat.filter(({ pada }) => pada);
  return [...acts, ...catatan].sort((one, other) => (one.pada ?? "").localeCompare(other.pada ?? ""));
}

function headOf(t: TFunction, { no, putaran }: Line, rest: string): string {
  const round = putaran > 1 ? `, ${t("incident.round", { count: putaran })}` : "";
  return `${t("sop.step", { no })}${round}${rest}`;
}

function ActLine({ incidentId, act }: { incidentId: string; act: HistoryEntry }) {
  const { t } = useTranslation();
  const isEnglish = useLanguage() === "en";
  const answer = (isEnglish && act.keputusan_label_en) || act.keputusan_label;
  const test = act.pengujian ? ` · ${t("history.test", { count: act.pengujian })}` : "";
  const facts = [
    [t("form.decision"), answer],
    [t("form.cause"), act.sebab_label],
    [t("form.reason"), act.alasan],
    [t("consultation.pertanyaan"), act.pertanyaan],
    [t("consultation.arahan"), act.arahan],
    [t("form.note"), act.catatan],
  ] as const;
  return (
    <>
      <Who line={act} head={headOf(t, act, test)} />
      {facts.map(([label, value]) => value && <Said key={label} label={label} value={value} />)}
      {act.atas_nama && <Proof incidentId={incidentId} act={act} />}
      <Parties act={act} />
    </>
  );
}

function Parties({ act }: { act: HistoryEntry }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (act.pihak_terkait ?? []).map((one) => (
    <Said
      key={`${one.siapa}.${one.waktu}`}
      label={t("party.title")}
      value={`${one.siapa}, ${format.short(one.waktu)}: ${one.hasil}`}
    />
  ));
}

function NoteLine({ note }: { note: StepNote }) {
  const { t } = useTranslation();
  return (
    <>
      <Who line={note} head={headOf(t, note, ` · ${t("history.note")}`)} />
      <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
        {note.catatan}
      </Text>
    </>
  );
}

function Who({ line, head }: { line: Line; head: string }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const grounds = groundsOf(t, format, line);
  return (
    <>
      <Text fw={600}>{head}</Text>
      <Text size="xs" c="dimmed">
        {[signerOf(line), line.pada && format.moment(line.pada), grounds].filter(Boolean).join(" · ")}
      </Text>
    </>
  );
}

function Said({ label, value }: { label: string; value: string }) {
  return (
    <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
      <Text component="span" size="sm" c="dimmed">
        {label}:{" "}
      </Text>
      {value}
    </Text>
  );
}
