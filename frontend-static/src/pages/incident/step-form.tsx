// Carry out a step, drawn from what the server allows. Nothing is preselected and nothing sends itself.
import { Alert, Button, Paper, SimpleGrid, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { completeStep } from "../../lib/api";
import { newKey } from "../../lib/http";
import { incidentQuery, useMe } from "../../lib/queries";
import type { AllowedStep, EvidenceItem, IncidentDetail } from "../../lib/types";
import { useLanguage } from "../../lib/use-formatter";
import { ActingAs } from "./acting-as";
import { Attachments } from "./attachments";
import { Consultations } from "./consultations";
import { DecisionFields } from "./decision-fields";
import { ExtraFields } from "./extra-fields";
import { FindingFields } from "./finding-fields";
import { OnBehalfFields } from "./on-behalf-fields";
import { Requirements } from "./requirements";
import { SentBack } from "./sent-back";
import { bodyOf, EMPTY_DRAFT, type Draft } from "./step-draft";

interface Props {
  incident: IncidentDetail;
  step: AllowedStep;
  uraian: string;
}

export function StepForm({ incident, step, uraian }: Props) {
  const { t } = useTranslation();
  const isEnglish = useLanguage() === "en";
  const zone = useMe().data?.zona ?? "UTC";
  const headingId = useId();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  // One key for what is written: a click repeated after a lost answer is the same request.
  const [key, setKey] = useState(newKey);
  const send = useMutation({
    mutationFn: () => completeStep(incident.id, step.no, bodyOf(draft, step, zone), key),
    onSuccess: (answer) => {
      client.setQueryData(incidentQuery(incident.id).queryKey, answer);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("form.done", { no: step.no }), t("app.close"));
    },
  });
  const edit = (next: (known: Draft) => Draft) => {
    setDraft(next);
    setKey(newKey());
    // What was refused is no longer what is written.
    send.reset();
  };
  const change = (part: Partial<Draft>) => edit((known) => ({ ...known, ...part }));
  const attach = (evidence: EvidenceItem) => {
    edit((known) => ({ ...known, files: [...known.files, evidence] }));
    void client.invalidateQueries({ queryKey: ["incidents"] });
  };
  const noteHint = (isEnglish && step.petunjuk_en) || step.petunjuk || t("form.noteHint");
  // Whoever carries on after a consultation has its words before him.
  const answered = incident.konsultasi.filter(({ pertanyaan }) => pertanyaan.langkah < step.no);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-labelledby={headingId}
      style={{ borderColor: "var(--tg-active)" }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Title order={2} id={headingId} className="hostile">
            {t("form.title", { no: step.no, uraian })}
          </Title>
          <SentBack incident={incident} step={step} />
          {answered.length > 0 && (
            <section aria-label={t("consultation.title")}>
              <Text fw={600} mb={4}>
                {t("consultation.title")}
              </Text>
              <Consultations items={answered} />
            </section>
          )}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="sm">
            <Stack gap="sm">
              <Requirements
                incidentId={incident.id}
                items={step.kelengkapan}
                draft={draft}
                onChange={change}
                onAttached={attach}
              />
              <Attachments incidentId={incident.id} draft={draft} onChange={change} onAttached={attach} />
            </Stack>
            <Stack gap="sm">
              <ActingAs step={step} value={draft.sebagai} onChange={(sebagai) => change({ sebagai })} />
              <OnBehalfFields step={step} draft={draft} onChange={change} />
              <Proposal step={step} />
              <DecisionFields answers={step.jawaban} draft={draft} onChange={change} />
              <FindingFields
                step={step}
                findings={incident.temuan}
                keputusan={draft.keputusan}
                draft={draft.temuan}
                onChange={(temuan) => change({ temuan })}
              />
              <ExtraFields
                incident={incident}
                step={step}
                draft={draft.forms}
                onChange={(part) => edit((known) => ({ ...known, forms: { ...known.forms, ...part } }))}
              />
              <Textarea
                label={t("form.note")}
                description={noteHint}
                autosize
                minRows={2}
                value={draft.catatan}
                onChange={(event) => change({ catatan: event.currentTarget.value })}
              />
            </Stack>
          </SimpleGrid>
          {send.error && <RefusalAlert error={send.error} title={t("form.refused")} />}
          <Button
            type="submit"
            loading={send.isPending}
            style={{ alignSelf: "flex-start" }}
            h="auto"
            mih={36}
            styles={{ label: { whiteSpace: "normal" } }}
          >
            {(isEnglish && step.teks_tombol_en) || step.teks_tombol}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}

/** An answer that somebody gave and that waits for the reader's confirmation. */
function Proposal({ step }: { step: AllowedStep }) {
  const { t } = useTranslation();
  const isEnglish = useLanguage() === "en";
  const proposed = step.jawaban.find(({ jawaban }) => jawaban === step.usulan);
  if (proposed === undefined) return null;
  const label = (isEnglish && proposed.label_en) || proposed.label;
  return (
    <Alert title={t("form.proposal")} c="var(--mantine-color-text)">
      {t("form.proposalText", { jawaban: label })}
    </Alert>
  );
}
