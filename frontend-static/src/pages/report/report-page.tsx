// A reported disturbance: opens an incident at step 1 of the chosen SOP.
import { Button, Paper, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { LEVELS } from "../../components/level-badge";
import { IntakeFields } from "../../components/intake-fields";
import { PageHead } from "../../components/page-head";
import { createReport } from "../../lib/api";
import { newKey } from "../../lib/http";
import { EMPTY_INTAKE, hasReporter, intakeOf, isEmptyIntake, type IntakeDraft } from "../../lib/intake";
import { useMe, useSops } from "../../lib/queries";
import { sopOptions } from "../../lib/sop-options";
import { officesQuery } from "../../lib/time-api";
import type { Level, NewReport } from "../../lib/types";

/** The office that handles what is reported, unless another one is chosen. */
const HOME = "utama";

export function ReportPage() {
  const { t } = useTranslation();
  return (
    <Stack maw={720}>
      <PageHead title={t("report.title")} subtitle={t("report.subtitle")} />
      <Paper withBorder p="lg">
        <ReportForm />
      </Paper>
    </Stack>
  );
}

function ReportForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useMe();
  const { data: sops } = useSops();
  const isOfficial = (me?.peran.length ?? 0) > 0;
  const [key] = useState(newKey);
  const [form, setForm] = useState<Partial<NewReport>>({});
  const set = (part: Partial<NewReport>) => setForm((known) => ({ ...known, ...part }));
  const [intake, setIntake] = useState<IntakeDraft>(EMPTY_INTAKE);
  const sent = intakeOf(intake, me?.zona ?? "UTC");
  const isFromSomebodyElse = intake.kanal !== null && hasReporter(intake.kanal);
  const known = isFromSomebodyElse ? [intake.nama, intake.instansi] : [me?.nama, me?.jabatan];
  const pelapor = form.pelapor ?? known.filter(Boolean).join(", ");
  const offices = useQuery(officesQuery).data?.items ?? [];
  const kantor = form.kantor ?? HOME;
  const send = useMutation({
    mutationFn: (report: NewReport) => createReport(report, key),
    onSuccess: async (incident) => {
      await client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("report.done", { nomor: incident.nomor }), t("app.close"));
      await navigate({ to: "/insiden/$id", params: { id: incident.id }, search: {} });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { judul, uraian, playbook, tingkat } = form;
    if (!(judul && uraian && playbook && tingkat)) return;
    const penerimaan = isEmptyIntake(sent) ? null : sent;
    send.mutate({ judul, uraian, playbook, tingkat, pelapor, penerimaan, kantor });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {send.error && <RefusalAlert error={send.error} />}
        <IntakeFields draft={intake} onChange={(part) => setIntake((before) => ({ ...before, ...part }))} />
        {offices.length > 1 && (
          <Select
            label={t("report.office")}
            description={t("report.officeHint")}
            required
            allowDeselect={false}
            value={kantor}
            data={offices.map(({ id, nama }) => ({ value: id, label: nama }))}
            onChange={(chosen) => chosen && set({ kantor: chosen })}
          />
        )}
        <TextInput
          label={t("report.judul")}
          description={t("report.judulHint")}
          required
          maxLength={200}
          value={form.judul ?? ""}
          onChange={(event) => set({ judul: event.currentTarget.value })}
        />
        <Textarea
          label={t("report.uraian")}
          description={t("report.uraianHint")}
          required
          autosize
          minRows={5}
          value={form.uraian ?? ""}
          onChange={(event) => set({ uraian: event.currentTarget.value })}
        />
        <Select
          label={t("report.sop")}
          required
          value={form.playbook ?? null}
          data={sopOptions(sops?.items ?? [])}
          onChange={(playbook) => playbook && set({ playbook })}
        />
        <Select
          label={t(isOfficial ? "level.label" : "report.levelProposed")}
          required
          value={form.tingkat ?? null}
          data={LEVELS.map((level) => ({ value: level, label: t(`level.${level}`) }))}
          onChange={(level) => level && set({ tingkat: level as Level })}
        />
        <TextInput
          label={t("report.pelapor")}
          description={t("report.pelaporHint")}
          required
          maxLength={200}
          value={pelapor}
          onChange={(event) => set({ pelapor: event.currentTarget.value })}
        />
        <Button type="submit" loading={send.isPending} style={{ alignSelf: "flex-start" }}>
          {t("report.submit")}
        </Button>
      </Stack>
    </form>
  );
}
