// Asks for a document that no step makes: a form, a Berita Acara to be signed, or the report to the TTIS. Drafted, never sent.
import { Alert, Button, Group, Select, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FilePlus2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { askDocument } from "../../lib/paper";

const REPORT = "laporan_insiden_ttis";
const KINDS = [REPORT, "form_pengecekan", "berita_acara_pengajuan_penggantian", "berita_acara_pekerjaan"] as const;
type Kind = (typeof KINDS)[number];

export function AskDocumentButton({ incidentId }: { incidentId: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <Group mb="sm">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<FilePlus2 size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t("documents.ask")}
      </Button>
      {isOpen && <AskDocumentDialog incidentId={incidentId} onClose={() => setOpen(false)} />}
    </Group>
  );
}

function AskDocumentDialog({ incidentId, onClose }: { incidentId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>(REPORT);
  const [contact, setContact] = useState("");
  const [impact, setImpact] = useState("");
  const ask = useMutation({
    mutationFn: () =>
      askDocument(incidentId, kind === REPORT ? { kind, kontak: contact.trim(), dampak: impact.trim() } : { kind }),
    onSuccess: () => {
      sayDone(t("documents.askDone"), t("app.close"));
      void client.invalidateQueries({ queryKey: ["incidents", "documents"] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t("documents.ask")}>
      <form onSubmit={submit}>
        <Stack>
          <Select
            label={t("documents.kind")}
            data={KINDS.map((value) => ({ value, label: t(`documents.kinds.${value}`) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => setKind((value ?? REPORT) as Kind)}
          />
          {kind === REPORT && (
            <>
              <Alert c="var(--mantine-color-text)">{t("documents.askReport")}</Alert>
              <Textarea
                label={t("documents.contact")}
                description={t("documents.contactHint")}
                autosize
                minRows={2}
                maxLength={1000}
                value={contact}
                onChange={(event) => setContact(event.currentTarget.value)}
              />
              <Textarea
                label={t("documents.impact")}
                description={t("documents.impactHint")}
                autosize
                minRows={3}
                maxLength={2000}
                value={impact}
                onChange={(event) => setImpact(event.currentTarget.value)}
              />
            </>
          )}
          {ask.error && <RefusalAlert error={ask.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" loading={ask.isPending}>
              {t("documents.askNow")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
