// What a person says about a notification by law: the rating, the record of what was sent, and the draft to copy.
import { Button, CopyButton, Group, Radio, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { Read, RefusalAlert, sayDone } from "../../components/feedback";
import { useEvidence, useIntake, useMe } from "../../lib/queries";
import { getDraft, recordSent, startLegalClock, type LegalBasis, type LegalClock } from "../../lib/time-api";
import type { IncidentDetail } from "../../lib/types";
import { instantOf, wallClockOf } from "../../lib/zoned-time";

const BASES: LegalBasis[] = ["bssn_1x24", "pdp_3x24"];

interface Props {
  incident: IncidentDetail;
  onClose: () => void;
}

export function RateDialog({ incident, taken, onClose }: Props & { taken: LegalBasis[] }) {
  const { t } = useTranslation();
  const zone = useMe().data?.zona ?? "UTC";
  const [kind, setKind] = useState<LegalBasis | null>(null);
  const known = useIntake(incident.id).data?.diketahui ?? incident.opened_at;
  // Until somebody writes another time, what the intake says, as soon as it is read.
  const [written, setSince] = useState<string | null>(null);
  const since = written ?? wallClockOf(known, zone);
  const [reason, setReason] = useState("");
  const send = useSaying(
    () => startLegalClock(incident.id, { kind: kind ?? "bssn_1x24", since: instantOf(since, zone) ?? null, reason }),
    t("legal.rated"),
    onClose,
  );
  return (
    <Saying title={t("legal.rate")} action={t("legal.rate")} send={send} disabled={kind === null} onClose={onClose}>
      <Text size="sm">{t("legal.rateHint")}</Text>
      <Radio.Group
        label={t("legal.basis")}
        withAsterisk
        value={kind}
        onChange={(value) => setKind(value as LegalBasis)}
      >
        <Stack gap={6} mt={6}>
          {BASES.map((one) => (
            <Radio key={one} value={one} label={t(`legal.kind.${one}`)} disabled={taken.includes(one)} />
          ))}
        </Stack>
      </Radio.Group>
      <TextInput
        type="datetime-local"
        label={t("legal.since")}
        required
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
      />
      <Textarea
        label={t("legal.reason")}
        required
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Saying>
  );
}

export function SentDialog({ incident, clock, onClose }: Props & { clock: LegalClock }) {
  const { t } = useTranslation();
  const zone = useMe().data?.zona ?? "UTC";
  const evidence = useEvidence(incident.id);
  const [at, setAt] = useState("");
  const [how, setHow] = useState("");
  const [proof, setProof] = useState<string | null>(null);
  const send = useSaying(
    () => recordSent(incident.id, clock.id, { at: instantOf(at, zone) ?? "", how, evidence_id: proof }),
    t("legal.recorded"),
    onClose,
  );
  return (
    <Saying title={t("legal.recordSent")} action={t("legal.recordSent")} send={send} onClose={onClose}>
      <Text size="sm">{t("legal.sentHint")}</Text>
      <TextInput
        type="datetime-local"
        label={t("legal.sentAt")}
        required
        value={at}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      <Textarea
        label={t("legal.how")}
        description={t("legal.howHint")}
        required
        autosize
        minRows={2}
        value={how}
        onChange={(event) => setHow(event.currentTarget.value)}
      />
      <Select
        label={t("legal.proof")}
        clearable
        data={(evidence.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={proof}
        onChange={setProof}
        comboboxProps={{ withinPortal: false }}
      />
    </Saying>
  );
}

export function DraftDialog({ incident, clock, onClose }: Props & { clock: LegalClock }) {
  const { t } = useTranslation();
  const draft = useQuery({
    queryKey: ["incidents", "legal", incident.id, "draft", clock.id],
    queryFn: () => getDraft(incident.id, clock.id),
  });
  return (
    <Dialog opened onClose={onClose} title={t("legal.draft")} size="lg">
      <Read query={draft}>
        {({ teks }) => (
          <Stack>
            <Text size="sm">{t("legal.draftHint")}</Text>
            <Textarea label={clock.label} readOnly autosize minRows={12} maxRows={24} value={teks} />
            <CopyButton value={teks}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {t(copied ? "legal.copied" : "legal.copy")}
                </Button>
              )}
            </CopyButton>
          </Stack>
        )}
      </Read>
    </Dialog>
  );
}

function useSaying(send: () => Promise<unknown>, done: string, onClose: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      sayDone(done, t("app.close"));
      onClose();
      await client.invalidateQueries({ queryKey: ["incidents"] });
    },
  });
}

interface SayingProps {
  title: string;
  action: string;
  send: ReturnType<typeof useSaying>;
  disabled?: boolean;
  onClose: () => void;
  children: ReactNode;
}

function Saying({ title, action, send, disabled = false, onClose, children }: SayingProps) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {send.error && <RefusalAlert error={send.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" loading={send.isPending} disabled={disabled}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
