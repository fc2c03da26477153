// A reported disturbance: opens an incident at step 1 of the chosen SOP.
import { Button, Paper, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { LEVELS } from "../../components/level-badge";
import { PageHead } from "../../components/page-head";
import { createReport } from "../../lib/api";
import { newKey } from "../../lib/http";
import { useMe, useSops } from "../../lib/queries";
import { sopOptions } from "../../lib/sop-options";
import type { Level, NewReport } from "../../lib/types";

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
  const [key] = useState(newKey);
  const [form, setForm] = useState<Partial<NewReport>>({});
  const set = (part: Partial<NewReport>) => setForm((known) => ({ ...known, ...part }));
  const pelapor = form.pelapor ?? [me?.nama, me?.jabatan].filter(Boolean).join(", ");
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
    if (judul && uraian && playbook && tingkat) send.mutate({ judul, uraian, playbook, tingkat, pelapor });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {send.error && <RefusalAlert error={send.error} />}
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
          label={t("level.label")}
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
